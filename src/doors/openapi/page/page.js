// The search box and "Try it". Without this script the page is the same list.
(() => {
  'use strict';
  const by = (id) => document.getElementById(id);
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const operations = [...document.querySelectorAll('.op')].map((element) => ({
    element,
    words: [...element.querySelectorAll('.find')].map((part) => part.textContent).join(' ').toLowerCase(),
  }));
  const groups = [...document.querySelectorAll('main > section')];

  const search = () => {
    const wanted = by('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { element, words } of operations) {
      element.hidden = !wanted.every((word) => words.includes(word));
      if (!element.hidden) found += 1;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector('.op:not([hidden])');
      document.querySelector(`nav a[href="#${group.id}"]`).parentElement.hidden = group.hidden;
    }
    by('found').textContent = wanted.length === 0 ? '' : found === 1 ? '1 operation' : `${found} operations`;
  };

  // JSON text with line breaks. It is not parsed: a number keeps all of its digits.
  const indented = (text) => {
    let out = '';
    let depth = 0;
    const line = () => `\n${'  '.repeat(depth)}`;
    for (const token of text.match(/"(?:\\.|[^"\\])*"|[^\s"]/g) ?? []) {
      if (token === '}' || token === ']') depth -= 1;
      const empty = /[[{]$/.test(out) && (token === '}' || token === ']');
      if ((token === '}' || token === ']' || /[[{,]$/.test(out)) && !empty) out += line();
      out += token === ':' ? ': ' : token;
      if (token === '{' || token === '[') depth += 1;
    }
    return out;
  };

  const headers = () => {
    const out = { 'Content-Type': 'application/json' };
    const named = { 'X-Stele-Scope': 'scope', 'X-Stele-Org': 'org', 'X-Stele-Project': 'project' };
    for (const [name, id] of Object.entries(named))
      if (by(id).value.trim()) out[name] = by(id).value.trim();
    if (by('token').value.trim()) out.Authorization = `Bearer ${by('token').value.trim()}`;
    return out;
  };

  const send = async (path, body, status, answer) => {
    const started = performance.now();
    status.textContent = 'Sent …';
    answer.hidden = true;
    try {
      const response = await fetch(path, {
        method: 'POST', headers: headers(), body, cache: 'no-store', credentials: 'omit',
        redirect: 'error', referrerPolicy: 'no-referrer',
      });
      const text = await response.text();
      const took = Math.round(performance.now() - started);
      status.textContent = `${response.status} ${response.statusText}, ${took} ms`;
      answer.textContent = indented(text);
      answer.hidden = false;
    } catch (error) {
      status.textContent = `Not sent: ${error.message}`;
    }
  };

  // "Try it" of an operation, made when its entry is first opened.
  const offer = (element) => {
    const place = element.querySelector('.try');
    if (!place || place.firstChild) return;
    const id = `input-${element.id}`;
    const input = make('textarea', { id, spellcheck: false, value: indented(place.dataset.example) });
    const button = make('button', { type: 'button', textContent: 'Send' });
    const status = make('p', { className: 'dim' });
    status.setAttribute('role', 'status');
    const answer = make('pre', { hidden: true, tabIndex: 0 });
    answer.setAttribute('role', 'group');
    answer.setAttribute('aria-label', `Answer of ${element.id}`);
    let sure = place.dataset.effect !== 'destructive';
    button.addEventListener('click', async () => {
      if (!sure) {
        sure = true;
        status.textContent = 'This destroys something. Send it once more to do it.';
        return;
      }
      button.disabled = true;
      await send(place.dataset.path, input.value, status, answer);
      button.disabled = false;
      sure = place.dataset.effect !== 'destructive';
    });
    place.append(make('h4', { textContent: 'Try it' }), make('label', { htmlFor: id, className: 'dim',
      textContent: 'Input' }), input, make('p', {}, button), status, answer);
  };

  const show = () => {
    const element = by(decodeURIComponent(location.hash.slice(1)));
    if (element?.matches('.op')) element.open = true;
  };

  for (const { element } of operations) element.addEventListener('toggle', () => offer(element));
  by('search').addEventListener('input', search);
  addEventListener('hashchange', show);
  addEventListener('pagehide', () => { by('token').value = ''; });
  by('tools').hidden = false;
  search();
  show();
})();
