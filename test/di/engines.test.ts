import { expect } from 'chai';
import { installedEngines, loadEngines } from '../../src/di/engines.js';

describe('the engines', () => {
  it('say of what they are made where they load, and why where they do not', async () => {
    const before = process.env['REVERIE_ORT_PROVIDER'];
    process.env['REVERIE_ORT_PROVIDER'] = 'no-such-provider';
    try {
      const loaded = new Map((await loadEngines()).map((engine) => [engine.name, engine]));
      expect([...loaded.keys()]).to.deep.equal(['ort', 'native', 'wasm', 'cpu']);
      expect(loaded.get('cpu')?.versions)
        .to.have.property('@tensorflow/tfjs-core')
        .that.matches(/^\d+\./);
      expect(loaded.get('ort')).not.to.have.property('versions');
      expect(loaded.get('ort')?.reason).to.include('no-such-provider');
    } finally {
      if (before === undefined) delete process.env['REVERIE_ORT_PROVIDER'];
      else process.env['REVERIE_ORT_PROVIDER'] = before;
    }
  });

  it('that come with npm have their files here, each with a sentence', () => {
    const statuses = installedEngines();
    expect(statuses.filter(({ reason }) => reason === undefined).map(({ name }) => name)).to.include.members([
      'wasm',
      'cpu',
    ]);
    for (const { summary } of statuses) expect(summary).to.match(/\.$/);
  });
});
