// One call for all that callers hand in while an earlier call is under way: each caller awaits only
// its own item. What a client library does with an API that takes arrays.
export function batcher(send, { most = 500, flights = 1 } = {}) {
    let waiting = [];
    let flying = 0;

    async function flush() {
        const items = waiting.splice(0, most);
        try {
            const answers = await send(items.map((item) => item.value));
            items.forEach((item, i) => item.resolve(answers?.[i]));
        } catch (error) {
            for (const item of items) item.reject(error);
        }
        flying--;
        pump();
    }

    function pump() {
        while (flying < flights && waiting.length > 0) {
            flying++;
            // A turn of the event loop later: whoever is ready by then comes along.
            setImmediate(flush);
            if (waiting.length <= most) break;
        }
    }

    return (value) => new Promise((resolve, reject) => {
        waiting.push({ value, resolve, reject });
        pump();
    });
}
