using System.Runtime.InteropServices;
using SidecarAspire.DataPlane;
using SidecarAspire.Startup;

// dotnet run -c Release --project bench/SidecarAspire.DataPlane -- [soak|memory|idle|latency|all]
// The sidecar as a process in front of an application in this one; each measurement has a sidecar of its own. Linux only: it reads /proc.
var measurements = new (string Name, Func<App, FigureTable, Task> Run)[]
{
    ("latency", Latency.MeasureAsync),
    ("memory", Memory.MeasureAsync),
    ("idle", Idle.MeasureAsync),
    ("soak", Soak.MeasureAsync),
};
var wanted = args is [var name] ? name : "all";
if (wanted != "all" && measurements.All(measurement => measurement.Name != wanted))
{
    Console.Error.WriteLine($"There is no measurement '{wanted}': soak, memory, idle, latency or all.");
    return 2;
}

// The host of the app would swallow both signals; leaving this way ends the sidecar too.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(130));
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(143));
using var bound = new Timer(
    _ =>
    {
        Console.WriteLine("MISSED: not done within 15 minutes");
        Environment.Exit(1);
    },
    null,
    TimeSpan.FromMinutes(15),
    Timeout.InfiniteTimeSpan);

var figures = new FigureTable(Console.Out);
await using var app = await App.StartAsync();
foreach (var measurement in measurements.Where(measurement => wanted == "all" || measurement.Name == wanted))
{
    Console.WriteLine($"{measurement.Name}: {Environment.ProcessorCount} cores, load {LoadAverage()} at the start");
    await measurement.Run(app, figures);
    Console.WriteLine($"  load {LoadAverage()} at the end");
}

return figures.AllMet ? 0 : 1;

static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
