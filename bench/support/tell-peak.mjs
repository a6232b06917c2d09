// Loaded with --import: at its end the process shows the most memory it had, in bytes, on the channel to its parent.
process.on('exit', () => {
  process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 });
});
process.channel?.unref();
