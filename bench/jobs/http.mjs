// JSON over kept-alive HTTP/1.1 connections. node:http, because fetch costs several times its CPU.
import { Agent, request } from 'node:http';

export function client(base, connections) {
    const { hostname, port } = new URL(base);
    const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'lifo', noDelay: true });

    function post(path, body) {
        const bytes = Buffer.from(JSON.stringify(body));
        const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
        return new Promise((resolve, reject) => {
            const call = request({ hostname, port, path, method: 'POST', agent, headers }, (answer) => {
                const parts = [];
                answer.on('data', (part) => parts.push(part));
                answer.on('error', reject);
                answer.on('end', () => {
                    const text = Buffer.concat(parts).toString();
                    if (answer.statusCode < 300) resolve(text === '' ? null : JSON.parse(text));
                    else reject(new Error(`${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
                });
            });
            call.on('error', reject);
            call.end(bytes);
        });
    }
    return { post, close: () => agent.destroy() };
}
