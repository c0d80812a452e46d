// One call for all that callers hand in while earlier calls are under way: each caller awaits only its
// own item. What a client library does with an API that takes arrays. With `patient`, of several flights all
// but one leave full.
export function batcher(send, { most = 500, flights = 1, patient = false } = {}) {
    let waiting = [];
    let flying = 0;
    let boarding = false;

    async function fly() {
        boarding = false;
        flying++;
        const items = waiting.splice(0, most);
        board();
        try {
            const answers = await send(items.map((item) => item.value));
            items.forEach((item, i) => item.resolve(answers?.[i]));
        } catch (error) {
            for (const item of items) item.reject(error);
        }
        flying--;
        board();
    }

    // A turn of the event loop later: whoever is ready by then comes along.
    function board() {
        if (boarding || flying === flights || waiting.length < (patient && flying > 0 ? most : 1)) return;
        boarding = true;
        setImmediate(fly);
    }

    return (value) => new Promise((resolve, reject) => {
        waiting.push({ value, resolve, reject });
        board();
    });
}
