import { isReverieError, messageOf } from '../../core/errors.js';
import type { Engine, Program, Variables } from '../engine.js';
import { unflatten } from './flat-program.js';
import type { Answer, Request } from './channel.js';
import { signalServed, type ReadSignal } from './thread.js';

/**
 * Serves an engine's programs and variables to another thread: gives back what is to be called with each request. They
 * are served in the order in which they come, each when the one before is done.
 *
 * @param answer sends an answer to the other thread, and hands over the buffers given with it
 * @param fail called with what no request foresees
 */
export function serve(
  engine: Engine,
  signal: ReadSignal,
  answer: (answer: Answer, handOver: readonly ArrayBuffer[]) => void,
  fail: (error: unknown) => void,
): (request: Request) => void {
  const programs = new Map<number, Program>();
  const states = new Map<number, Variables>();

  async function handle(request: Request): Promise<void> {
    switch (request.type) {
      case 'compile':
        await answering(request.call, [], async () => {
          programs.set(request.program, await engine.compile(unflatten(request.definition)));
          return {};
        });
        return;
      case 'end':
        await answering(request.call, [], async () => {
          for (const one of [...programs.values(), ...states.values()]) one.dispose();
          await engine.dispose();
          return {};
        });
        return;
      case 'run': {
        const buffers = Object.values(request.feeds).map(({ buffer }) => buffer as ArrayBuffer);
        const variables = request.variables === undefined ? undefined : state(request.variables);
        await answering(request.call, buffers, async () => ({
          fetches: await known(programs, request.program).run(request.feeds, variables),
        }));
        return;
      }
      case 'discard-program':
        known(programs, request.program).dispose();
        programs.delete(request.program);
        return;
      case 'variables':
        states.set(request.variables, engine.variables(request.initial));
        return;
      case 'clone':
        states.set(request.variables, state(request.from).clone(request.names));
        return;
      case 'write':
        state(request.variables).write(request.values);
        return;
      case 'read':
        read(state(request.variables), request.names, request.into);
        signalServed(signal);
        return;
      case 'discard-variables':
        state(request.variables).dispose();
        states.delete(request.variables);
    }
  }

  async function answering(
    call: number,
    buffers: readonly ArrayBuffer[],
    work: () => Promise<Pick<Answer, 'fetches'>>,
  ): Promise<void> {
    let outcome: Omit<Answer, 'call' | 'buffers'>;
    try {
      outcome = await work();
    } catch (error) {
      outcome = {
        error: { message: messageOf(error), ...(isReverieError(error) ? { code: error.code } : {}) },
      };
    }
    answer({ call, buffers, ...outcome }, buffers);
  }

  const state = (id: number): Variables => known(states, id);

  let last = Promise.resolve();
  return (request) => {
    last = last.then(() => handle(request)).catch(fail);
  };
}

function read(variables: Variables, names: readonly string[], into: SharedArrayBuffer): void {
  let at = 0;
  for (const name of names) {
    const { data } = variables.read(name);
    new Float32Array(into, at, data.length).set(data);
    at += data.byteLength;
  }
}

function known<T>(all: ReadonlyMap<number, T>, id: number): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`there is no ${id} among ${[...all.keys()].join(', ')}`);
  return found;
}
