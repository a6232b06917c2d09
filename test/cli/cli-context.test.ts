import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { outputTo } from '../../src/cli/cli-context.js';

function stream(properties: object = {}): NodeJS.WriteStream {
  return Object.assign(new PassThrough(), properties) as unknown as NodeJS.WriteStream;
}

const screen = { isTTY: true, columns: 80, rows: 24 };

describe('an output of the command line', () => {
  it('is drawn upon, in colour and cut to its width, where it is a terminal', () => {
    expect(outputTo(stream(screen), {})).to.include({ terminal: true, colour: true, width: 80 });
  });

  it('has neither colour nor an end of lines where it is a pipe or a file', () => {
    expect(outputTo(stream(), {})).to.include({ terminal: false, colour: false, width: Infinity });
  });

  it('is not drawn upon where the terminal is dumb or does not know its size', () => {
    expect(outputTo(stream(screen), { TERM: 'dumb' })).to.include({ terminal: false, colour: false, width: 80 });
    const sizeless = { isTTY: true, columns: 0, rows: 0 };
    expect(outputTo(stream(sizeless), {})).to.include({ terminal: false, width: Infinity });
  });

  it('has no colour with NO_COLOR, and has it anyhow with FORCE_COLOR; NO_COLOR wins', () => {
    expect(outputTo(stream(screen), { NO_COLOR: '1' }).colour).to.equal(false);
    expect(outputTo(stream(screen), { NO_COLOR: '' }).colour).to.equal(true);
    expect(outputTo(stream(), { FORCE_COLOR: '1' }).colour).to.equal(true);
    expect(outputTo(stream(screen), { FORCE_COLOR: '0' }).colour).to.equal(false);
    expect(outputTo(stream(), { FORCE_COLOR: '1', NO_COLOR: '1' }).colour).to.equal(false);
  });

  it('passes text on as it is', () => {
    const through = new PassThrough();
    outputTo(through as unknown as NodeJS.WriteStream, {}).write('as it is\n');
    expect(String(through.read())).to.equal('as it is\n');
  });
});
