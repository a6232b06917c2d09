// A data set whose samples have no class.
const samples = (rows) => ({
  size: rows.length,
  shape: [12],
  width: 12,
  label: () => -1,
  copyRows: (wanted, out, at = 0) => {
    for (let i = 0; i < wanted.length; i++) out.fill((rows[wanted[i]] % 7) / 7, (at + i) * 12, (at + i + 1) * 12);
  },
  select: (wanted) => samples(Array.from(wanted, (row) => rows[row])),
});

const all = samples(Array.from({ length: 20 }, (_, row) => row));

export const reverie = {
  datasets: {
    unlabelled: {
      summary: 'Twenty samples without a class.',
      create: () => ({ name: 'unlabelled', train: all, test: all, classes: [-1], source: 'a test' }),
    },
  },
};
