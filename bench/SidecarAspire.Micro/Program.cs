using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SidecarAspire.Micro;

// dotnet run -c Release --project bench/SidecarAspire.Micro [-- --filter '*AccessLog*']
// What runs for every request, piece by piece: time and allocations. In this process, because the pieces are internal to the sidecar.
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .WithOptions(ConfigOptions.JoinSummary);
BenchmarkSwitcher.FromAssembly(typeof(Requests).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
