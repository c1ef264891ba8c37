using System.Globalization;
using System.Runtime.InteropServices;
using SidecarAspire.Image;
using SidecarAspire.Soak;
using SidecarAspire.Startup;

const string Help = """
    dotnet run -c Release --project bench/SidecarAspire.Soak -- [descriptors|memory|all] [waves, 50] [--only TEXT]

    Tries to end the sidecar from its traffic port, as it is published:
      descriptors  waves of 1,200 connections at 256, 1,024 and 4,096 file descriptors
      memory       what clients can make it hold, with a heap of at most 48 MiB
    --only runs those attacks on memory alone that have this in their names.
    SIDECAR_PROGRAM names a published program; without it, one is published. Exits 1 if it dies, stalls, or keeps something. Linux only; needs 10,000 open files.
    """;
int[] limits = [256, 1024, 4096];
if (args.Any(argument => argument is "--help" or "-h"))
{
    Console.WriteLine(Help);
    return 0;
}

var only = string.Empty;
if (Array.IndexOf(args, "--only") is >= 0 and var at && at + 1 < args.Length)
    (only, args) = (args[at + 1], [.. args[..at], .. args[(at + 2)..]]);
var wanted = args.FirstOrDefault(argument => !int.TryParse(argument, out _)) ?? "all";
if (wanted is not ("descriptors" or "memory" or "all"))
{
    Console.Error.WriteLine($"There is no part '{wanted}': descriptors, memory or all.");
    return 2;
}

var waves = args.Where(argument => argument != wanted).Select(argument => int.Parse(argument, CultureInfo.InvariantCulture)).SingleOrDefault(50);
// The host of the app would swallow both signals; leaving this way ends the sidecar too.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(130));
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(143));
using var bound = new Timer(
    _ =>
    {
        Console.WriteLine("MISSED: not done within 20 minutes");
        Environment.Exit(1);
    },
    null,
    TimeSpan.FromMinutes(20),
    Timeout.InfiniteTimeSpan);
// The clients of this program are many, and most of them only wait.
ThreadPool.SetMinThreads(16, 16);

var folder = Directory.CreateTempSubdirectory("sidecar-soak-");
try
{
    var program = Environment.GetEnvironmentVariable("SIDECAR_PROGRAM");
    if (program is null)
    {
        await Variant.Shipped.PublishAsync(Repository.Sidecar, folder.FullName);
        program = Path.Combine(folder.FullName, "Sidecar.Proxy");
    }

    var figures = new FigureTable(Console.Out);
    if (wanted is "descriptors" or "all")
    {
        foreach (var limit in limits)
            await Waves.MeasureAsync(program, limit, waves, figures);
    }

    if (wanted is "memory" or "all")
        await Memory.MeasureAsync(program, only, figures);
    return figures.AllMet ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}
