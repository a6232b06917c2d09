import { ReverieError } from '../core/errors.js';
import { compose, type CompositionOptions } from '../di/composition.js';
import { serveTrial } from '../experiment/trials/trial-process.js';
import { encoderTrials } from '../studies/encoders/encoder-trial.js';
import { rowTrials } from '../studies/sampling/row-trial.js';
import { studyServices } from './study-services.js';

// The process of a trial of a study, which `studyRunner` starts and gives the options of its own composition.
serveTrial(
  async (name, environment) => {
    const services = studyServices(await compose(environment as unknown as CompositionOptions), () =>
      performance.now(),
    );
    const kind = [rowTrials(services), encoderTrials(services)].find((one) => one.name === name);
    if (kind === undefined) throw new ReverieError('bad-usage', `there is no kind of trial "${name}" in studies`);
    return kind;
  },
  (code) => process.exit(code),
);
