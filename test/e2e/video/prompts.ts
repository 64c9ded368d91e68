const SCENES = [
  'A lighthouse in a storm',
  'A market square at dawn',
  'A paper boat on a stream',
  'An empty cinema',
  'A field of sunflowers',
  'A night train in the snow',
  'A potter at the wheel',
  'A harbour in the fog',
];

const MOTIONS = [
  'the camera rises slowly',
  'the camera sinks to the ground',
  'the camera circles to the left',
  'the camera circles to the right',
  'the camera draws near',
  'the camera draws back',
  'the camera follows from behind',
  'the camera leads from the front',
  'the camera turns on the spot',
  'the camera looks straight down',
  'the picture grows sharp',
  'the camera does not move',
];

/** Short prompts of the kind that people send, all different. */
export const PROMPTS = SCENES.flatMap((scene) => MOTIONS.map((motion) => `${scene}, ${motion}.`));
