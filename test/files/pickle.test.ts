import { expect } from 'chai';
import fc from 'fast-check';
import { isReverieError } from '../../src/core/errors.js';
import { readPickle } from '../../src/files/pickle.js';
import { PickledArray, textOf, type PickleValue } from '../../src/files/pickle-values.js';
import { captureError } from '../support/capture-error.js';

/**
 * pickle.dumps({b'data': np.array([[1, 2], [3, 4]], 'u1'), b'labels': [6, 300, -1, 70000], 'f': 0.5, 't': ('a', True, None,
 * 2**40)}, protocol=…).hex(), Python 3.11.7, NumPy 2.4.6.
 */
const pickles = {
  2:
    '80027d710028635f636f646563730a656e636f64650a7101580400000064617461710258060000006c6174696e3171038671' +
    '04527105636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e7374727563740a7106636e756d70790a' +
    '6e6461727261790a71074b0085710868015801000000627109680386710a52710b87710c52710d284b014b024b0286710e63' +
    '6e756d70790a64747970650a710f5802000000753171108988877111527112284b0358010000007c71134e4e4e4affffffff' +
    '4affffffff4b00747114628968015804000000010203047115680386711652711774711862680158060000006c6162656c73' +
    '7119680386711a52711b5d711c284b064d2c014affffffff4a7011010065580100000066711d473fe0000000000000580100' +
    '000074711e28580100000061711f884e8a06000000000001747120752e',
  3:
    '80037d7100284304646174617101636e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e737472756374' +
    '0a7102636e756d70790a6e6461727261790a71034b008571044301627105877106527107284b014b024b02867108636e756d' +
    '70790a64747970650a710958020000007531710a898887710b52710c284b0358010000007c710d4e4e4e4affffffff4affff' +
    'ffff4b0074710e6289430401020304710f7471106243066c6162656c7371115d7112284b064d2c014affffffff4a70110100' +
    '655801000000667113473fe00000000000005801000000747114285801000000617115884e8a06000000000001747116752e',
  4:
    '800495d8000000000000007d9428430464617461948c166e756d70792e5f636f72652e6d756c74696172726179948c0c5f72' +
    '65636f6e7374727563749493948c056e756d7079948c076e6461727261799493944b0085944301629487945294284b014b02' +
    '4b02869468058c0564747970659493948c02753194898887945294284b038c017c944e4e4e4affffffff4affffffff4b0074' +
    '9462894304010203049474946243066c6162656c73945d94284b064d2c014affffffff4a70110100658c016694473fe00000' +
    '000000008c017494288c016194884e8a060000000000017494752e',
} as const;

const read = (hex: string): PickleValue => readPickle(Buffer.from(hex, 'hex'), 'a.pickle');

describe('a pickle', () => {
  for (const [protocol, hex] of Object.entries(pickles)) {
    it(`of plain data and an array is read, protocol ${protocol}`, () => {
      const parsed = read(hex) as ReadonlyMap<PickleValue, PickleValue>;
      const values = new Map([...parsed].map(([key, value]) => [textOf(key), value]));
      const data = values.get('data');
      expect(data).to.be.instanceOf(PickledArray);
      if (!(data instanceof PickledArray)) return;
      expect([data.dtype, data.shape, data.fortranOrder]).to.deep.equal(['u1', [2, 2], false]);
      expect([...data.data]).to.deep.equal([1, 2, 3, 4]);
      expect(values.get('labels')).to.deep.equal([6, 300, -1, 70000]);
      expect(values.get('f')).to.equal(0.5);
      expect(values.get('t')).to.deep.equal(['a', true, null, 2 ** 40]);
    });
  }

  it('that calls a function is refused, and nothing is called', async () => {
    // class Evil: __reduce__ = lambda self: (os.system, ('true',)), protocols 2 and 4.
    for (const hex of [
      '800263706f7369780a73797374656d0a710058040000007472756571018571025271032e',
      '8004951f000000000000008c05706f736978948c0673797374656d9493948c047472756594859452942e',
    ]) {
      const error = await captureError(() => read(hex));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(
        /^a\.pickle cannot be read as a pickle: it calls for "posix\.system", which is code; /,
      );
    }
  });

  it('that is cut off or damaged is refused, wherever it is', async () => {
    const whole = Buffer.from(pickles[2], 'hex');
    for (let length = 0; length < whole.length; length++) {
      const error = await captureError(() => readPickle(whole.subarray(0, length), 'a.pickle'));
      expect(error.code).to.equal('bad-data');
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        try {
          readPickle(bytes, 'a.pickle');
        } catch (error) {
          expect(isReverieError(error), String(error)).to.equal(true);
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
