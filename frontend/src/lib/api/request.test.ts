import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from './calls';
import { Problem } from './problem';
import { actAs, onEstranged, request } from './request';

const answer = (status: number, body: unknown) => new Response(body === undefined ? null : JSON.stringify(body), { status });
const fetches = vi.fn<typeof fetch>();
beforeEach(() => {
  fetches.mockReset();
  vi.stubGlobal('fetch', fetches);
});
afterEach(() => vi.unstubAllGlobals());

describe('request', () => {
  it('gives the decoded answer', async () => {
    fetches.mockResolvedValueOnce(answer(200, { topics: [] }));
    expect(await request('/api/topics')).toEqual({ topics: [] });
  });

  it('takes the time of an answer that the browser kept from what came with it now', async () => {
    fetches.mockResolvedValueOnce(new Response('{"now":1000,"here":3}', { status: 200, headers: { 'Veche-Now': '61000' } }));
    expect(await request('/x')).toEqual({ now: 61000, here: 3 });
  });

  it('takes an empty answer', async () => {
    fetches.mockResolvedValueOnce(answer(204, undefined));
    expect(await request('/api/session', { method: 'DELETE' })).toBeUndefined();
  });

  const slowed = (after: string) => new Response(JSON.stringify({ code: 'rate-limited' }), { status: 429, headers: { 'Retry-After': after } });

  it('waits as long as it is told to, once', async () => {
    vi.useFakeTimers();
    try {
      fetches.mockResolvedValueOnce(slowed('2')).mockResolvedValueOnce(answer(200, { topics: [] }));
      const answered = request('/api/topics');
      await vi.advanceTimersByTimeAsync(1900);
      expect(fetches).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(2200);
      expect(await answered).toEqual({ topics: [] });

      fetches.mockImplementation(() => Promise.resolve(slowed('1')));
      const refused = request('/api/topics').catch((e: unknown) => e);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await refused).toMatchObject({ code: 'rate-limited', after: 1 });
      expect(fetches).toHaveBeenCalledTimes(4);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tells at once of a long wait, and of a command that may not be sent twice', async () => {
    fetches.mockImplementation(() => Promise.resolve(slowed('60')));
    await expect(request('/api/topics')).rejects.toMatchObject({ code: 'rate-limited', after: 60 });
    fetches.mockImplementation(() => Promise.resolve(slowed('1')));
    await expect(request('/x', { method: 'POST', json: {} })).rejects.toMatchObject({ code: 'rate-limited', after: 1 });
    expect(fetches).toHaveBeenCalledTimes(2);
  });

  it('throws the problem with all its places', async () => {
    fetches.mockResolvedValueOnce(
      answer(422, { code: 'invalid', title: 'Invalid', detail: 'two rows', errors: [{ row: 3, column: 'age', message: 'unknown' }] }),
    );
    const error = await request('/x', { method: 'POST', json: {} }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'invalid', status: 422, errors: [{ row: 3, column: 'age' }] });
  });

  it('makes a problem of an answer that is none', async () => {
    fetches.mockResolvedValue(new Response('<html>', { status: 413 }));
    await expect(request('/x', { method: 'POST' })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('refuses a success that is not JSON', async () => {
    fetches.mockResolvedValue(new Response('<html>', { status: 200 }));
    await expect(request('/x')).rejects.toMatchObject({ code: 'unknown' });
  });

  it('says whose command it is, of none but commands', async () => {
    const told = vi.fn();
    onEstranged(told);
    actAs('anna');
    fetches.mockImplementation(() => Promise.resolve(answer(200, {})));
    const sent = () => (fetches.mock.lastCall![1]!.headers as Record<string, string>)['Veche-As'];
    await request('/x', { method: 'POST', json: {} });
    expect(sent()).toBe('anna');
    await request('/x', { method: 'POST', json: {}, as: 'boris' });
    expect(sent()).toBe('boris');
    await api.signIn('CODE');
    expect(sent()).toBeUndefined(); // whoever signs in is not who was there
    await request('/x');
    expect(sent()).toBeUndefined();
    expect(told).not.toHaveBeenCalled();
    fetches.mockResolvedValueOnce(answer(409, { code: 'other-person' }));
    await expect(request('/x', { method: 'POST', json: {} })).rejects.toMatchObject({ code: 'other-person' });
    expect(told).toHaveBeenCalledTimes(1);
    actAs('');
    onEstranged(() => undefined);
  });

  it('repeats what may be repeated, under the same client id', async () => {
    fetches.mockRejectedValueOnce(new TypeError('failed')).mockResolvedValueOnce(answer(503, { code: 'retry' })).mockResolvedValueOnce(answer(200, { ack: {} }));
    await api.vote('t', 4, { vote: 'agree', unclear: false, way: 'routed', shown: [4] }, 'the-id');
    expect(fetches).toHaveBeenCalledTimes(3);
    for (const [path, init] of fetches.mock.calls) {
      expect(path).toBe('/api/topics/t/votes/4');
      expect(JSON.parse(init!.body as string)).toEqual({ client_id: 'the-id', vote: 'agree', unclear: false, way: 'routed', shown: [4] });
    }
  });

  it('does not repeat what may not be repeated', async () => {
    fetches.mockRejectedValue(new TypeError('failed'));
    await expect(api.importPeople('t', 'id\n')).rejects.toMatchObject({ code: 'offline' });
    expect(fetches).toHaveBeenCalledTimes(1);
  });

  it('does not repeat a refusal', async () => {
    fetches.mockResolvedValue(answer(409, { code: 'already-applied' }));
    await expect(api.apply('t', { answers: {}, interests: [], sessions: [], languages: [], consent: '1' }, 'i')).rejects.toMatchObject({ code: 'already-applied' });
    expect(fetches).toHaveBeenCalledTimes(1);
  });

  it('escapes what stands in an address', async () => {
    fetches.mockResolvedValue(answer(200, {}));
    await api.ideas('a/b', { q: 'x&y=z', after: 0, limit: 5 });
    expect(fetches.mock.calls[0]![0]).toBe('/api/topics/a%2Fb/ideas?q=x%26y%3Dz&limit=5');
  });
});
