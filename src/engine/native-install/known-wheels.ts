/** SHA-256 of wheels, by file name. */
export type WheelDigests = Readonly<Record<string, string>>;

/** The TensorFlow that is installed; its wheels are listed below with the digests that the Python Package Index gives. */
export const tensorflowVersion = '2.21.0';

/** Digests by the tag of Python, which stands twice in the name of a wheel. */
function wheels(name: string, digests: WheelDigests): WheelDigests {
  return Object.fromEntries(Object.entries(digests).map(([python, digest]) => [name.replaceAll('*', python), digest]));
}

/** For Linux on x64, without CUDA. */
const cpuLinuxX64 = wheels('tensorflow_cpu-2.21.0-*-*-manylinux_2_27_x86_64.whl', {
  cp310: 'd143e92f5c0661cdfa26eaca8f73cd2efd0ec53a68af8dec82f584ba8eb14b83',
  cp311: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  cp312: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  cp313: '05af7c26d35f4de910b5598c7b507e3981831a7b0f47fed9a405d995d51d7793',
});

/** For Linux on x64, with kernels for CUDA 12. */
const cudaLinuxX64 = wheels('tensorflow-2.21.0-*-*-manylinux_2_27_x86_64.whl', {
  cp310: '77c6f298e695ea1d283cdd7d30f8d97530cc6e92c1395a9ddbab9771c99233a4',
  cp311: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  cp312: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  cp313: 'e9d8da8dcab9650efb45f032ba70af2f016f907e6e0c6bda29dd101bba945406',
});

/** For Linux on arm64; knows no GPU. */
const linuxArm64 = wheels('tensorflow-2.21.0-*-*-manylinux_2_27_aarch64.whl', {
  cp310: '7c97938b25cf70c80ae8619931f85abcdee2ab2eb256c2051202edb3b89e9a5d',
  cp311: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  cp312: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
  cp313: 'a10abdfb8b1189210c251021a3f153b7ccc52a8e6521351f3dc3331e8ba593e0',
});

/** For macOS on Apple silicon; knows no GPU. */
const macArm64 = wheels('tensorflow-2.21.0-*-*-macosx_12_0_arm64.whl', {
  cp310: '6462632889e0e9ce1455b208c87b86a8c154e899407ef7d426ef1ec71647f565',
  cp311: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  cp312: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
  cp313: 'a145ed46c58192b7c3f9916d070caf4f6afc6dc7e5511f83dd97677f4c4947f4',
});

/**
 * The CUDA libraries that `tensorflow[and-cuda]` asks for, in the versions that pip chose when this was written; without the
 * compiler nvcc, which only XLA calls.
 */
const cudaLibraries: WheelDigests = {
  'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl':
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  'nvidia_cuda_cupti_cu12-12.8.90-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl':
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl':
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl':
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl':
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl':
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl':
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl':
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl':
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl':
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
  'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl':
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
};

/** TensorFlow's own wheels for a platform, one for each version of Python, and what must be installed with them. */
export interface WheelChoice {
  readonly tensorflow: WheelDigests;
  readonly also: WheelDigests;
  /** Roughly the bytes that are needed on disk while installing: wheels and what is taken out of them. */
  readonly peakBytes: number;
}

/** By `<platform>-<arch>-<cpu or gpu>`. The keys of the table are what can be installed at all. */
export const knownWheels: Readonly<Record<string, WheelChoice>> = {
  'linux-x64-cpu': { tensorflow: cpuLinuxX64, also: {}, peakBytes: 1.3e9 },
  'linux-x64-gpu': { tensorflow: cudaLinuxX64, also: cudaLibraries, peakBytes: 14e9 },
  'linux-arm64-cpu': { tensorflow: linuxArm64, also: {}, peakBytes: 1.6e9 },
  'darwin-arm64-cpu': { tensorflow: macArm64, also: {}, peakBytes: 1.6e9 },
};
