import { expect } from 'chai';
import { selectEngine } from '../../src/engine/select.js';

describe('engine selection', () => {
  it('auto takes the first that loads and says so', async () => {
    const { engine, passedOver } = await selectEngine('auto');
    expect(engine.name).to.equal('ort');
    expect(passedOver).to.deep.equal([]);
  });

  it('takes the one that is named', async () => {
    expect((await selectEngine('cpu')).engine.name).to.equal('cpu');
  });
});
