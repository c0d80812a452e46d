// What both clients are held against. `process` alone is Node's, and its types are not here.
declare const process: { env: Record<string, string | undefined>; exit(code: number): never };

// Fails to compile for a field whose type a generator gave up on.
type IsAny<T> = 0 extends 1 & T ? true : false;
type Typed<T> = IsAny<T> extends true ? never : unknown extends T ? never : T;
export function typed<T>(value: T & Typed<T>): T {
    return value;
}

// @ts-expect-error this very check finds one
void (() => typed(JSON.parse('1')));

export function expect(fine: boolean, what: string): void {
    if (fine) return;
    console.log(`failed: ${what}`);
    process.exit(1);
}

const setting = (name: string): string => {
    const value = process.env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
};
export const url = setting('STELE_URL');
export const token = setting('STELE_TOKEN');
export const text = `The harbour crane is booked by ${setting('STELE_CLIENT')}`;
export const scope = 'project:/harbour';

// The memory that was stored, as a search gives it: every field has a type of its own.
export interface Hit {
    content: string;
    tags: string[];
    trust: 'untrusted' | 'unverified' | 'verified';
    metadata: Record<string, unknown>;
    score?: number | undefined;
}
export function expectStored<T extends Hit>(hit: (T & { [K in keyof Hit]: Typed<T[K]> }) | undefined) {
    if (!hit) return expect(false, 'what was stored is not found');
    const fine = hit.content === text && hit.tags[0] === 'port' && hit.trust === 'unverified';
    expect(fine && hit.metadata['berth'] === 7 && hit.score !== undefined, JSON.stringify(hit));
}
