import { bundle } from './build/bundle.ts';
import { layOutPackage } from './build/package.ts';
import { bundlePrograms } from './build/programs.ts';

// Types are checked by `npm run types`.
await Promise.all([bundle(), bundlePrograms()]);
layOutPackage();
