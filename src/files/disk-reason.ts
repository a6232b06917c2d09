const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EACCES: 'it cannot be written',
  EPERM: 'it cannot be written',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'part of the path is a file',
};

/** Why a folder cannot be written into, in words; undefined for an error that says nothing of that. */
export function diskReason(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined;
}
