import { expect } from 'chai';
import { ownCommand } from '../../src/cli/own-command.js';

const start = { execArgv: [], env: {}, cwd: '/home/u' };

describe('the command to type again', () => {
  it('is reverie where it was started by its installed name', () => {
    const argv = ['/usr/bin/node', '/usr/local/bin/reverie', 'run', 'smoke', '--seed', '3'];
    expect(ownCommand({ ...start, argv })).to.equal('reverie run smoke --seed 3');
  });

  it('is npx reverie where npx started it', () => {
    const argv = ['node', '/home/u/node_modules/.bin/reverie', 'run', 'smoke'];
    expect(ownCommand({ ...start, argv, env: { npm_command: 'exec' } })).to.equal('npx reverie run smoke');
  });

  it('is node with the file, from where the user is, in a clone', () => {
    const argv = ['/usr/bin/node', '/home/u/reverie/dist/cli/main.js', 'run', 'smoke'];
    expect(ownCommand({ ...start, argv })).to.equal('node reverie/dist/cli/main.js run smoke');
    const execArgv = ['--import', 'tsx'];
    expect(ownCommand({ ...start, argv, execArgv })).to.match(/^node --import tsx reverie\/dist/);
  });

  it('quotes what a shell would take apart', () => {
    const argv = ['node', 'reverie', 'run', 'my file.yaml', '--set', 'tasks=[[0, 1]]', "it's"];
    expect(ownCommand({ ...start, argv })).to.equal(`reverie run 'my file.yaml' --set 'tasks=[[0, 1]]' 'it'\\''s'`);
  });
});
