import { expect } from 'chai';
import { ReverieError } from '../../../src/core/errors.js';
import type { OrtModule } from '../../../src/engine/executors/load-ort.js';
import { OrtSessions } from '../../../src/engine/executors/ort-sessions.js';
import { captureError } from '../../support/capture-error.js';

describe('sessions of ONNX Runtime', () => {
  it('are opened once, and tried again where opening failed', async () => {
    const [opened, released]: [unknown[], unknown[]] = [[], []];
    const create = (): Promise<object> => {
      const session = { release: () => Promise.resolve(void released.push(session)) };
      opened.push(session);
      return opened.length === 1
        ? Promise.reject(new ReverieError('engine-failed', 'out of memory'))
        : Promise.resolve(session);
    };
    const ort = { InferenceSession: { create } } as unknown as OrtModule;
    const sessions = new OrtSessions(ort, new Uint8Array(), { threads: [1], provider: undefined });
    expect((await captureError(() => sessions.open(0))).message).to.equal('out of memory');
    const session = await sessions.open(0);
    expect(session).to.equal(opened[1]);
    expect(await sessions.open(0)).to.equal(session);
    await sessions.close();
    expect(released).to.deep.equal([session]);
  });
});
