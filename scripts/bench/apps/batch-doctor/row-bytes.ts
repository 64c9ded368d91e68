/** Of every row of the generated file, its line break included. */
export const ROW_BYTES = 1_900;
