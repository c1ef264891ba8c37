using System.Runtime.InteropServices;
using SidecarAspire.Overload;
using SidecarAspire.Startup;
using SidecarProcess = SidecarAspire.DataPlane.Sidecar;

// dotnet run -c Release --project bench/SidecarAspire.Overload
// The sidecar as a process in front of an application that is offered four times what it can do, without and with adaptive concurrency.
const double Times = 4;
var warmUp = TimeSpan.FromSeconds(5);
var shortRun = TimeSpan.FromSeconds(15);
var longRun = TimeSpan.FromSeconds(60);

// The host of the app would swallow both signals; leaving this way ends the sidecar too.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(130));
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(143));
using var bound = new Timer(
    _ =>
    {
        Console.WriteLine("MISSED: not done within 5 minutes");
        Environment.Exit(1);
    },
    null,
    TimeSpan.FromMinutes(5),
    Timeout.InfiniteTimeSpan);

Console.WriteLine($"{Environment.ProcessorCount} cores, load {LoadAverage()} at the start");
var figures = new FigureTable(Console.Out);
var best = await BestAsync();
await RunAsync("without", [], shortRun, (unloaded, overloaded) =>
    figures.AddBelow("without: goodput, of the app's best", 100 * overloaded.Goodput / best, 50, "%"));
await RunAsync("adaptive", [("Sidecar__Resilience__Concurrency__Adaptive__Min", "2")], longRun, (unloaded, overloaded) =>
{
    figures.AddBelow("adaptive: goodput lost, of the app's best", 100 * (1 - (overloaded.Goodput / best)), 10, "%");
    figures.AddBelow("adaptive: p99 served, over the unloaded p99", overloaded.ServedMost / unloaded.ServedMost, 3, "x");
    figures.AddBelow("adaptive: p99 shed", overloaded.ShedMost, 5, "ms");
    figures.Add("adaptive: requests that failed or gave up", overloaded.Failed + overloaded.GivenUp, 0);
});
Console.WriteLine($"load {LoadAverage()} at the end");
return figures.AllMet ? 0 : 1;

async Task<double> BestAsync()
{
    await using var app = await App.StartAsync();
    await Clients.SaturateAsync(app.Port, 2 * App.Workers, warmUp);
    var outcome = await Clients.SaturateAsync(app.Port, 2 * App.Workers, shortRun);
    Console.WriteLine($"the app alone at its best: {outcome}");
    return outcome.Goodput;
}

async Task RunAsync(string name, (string, string)[] settings, TimeSpan duration, Action<Outcome, Outcome> judge)
{
    // An application of its own: the queue of one that collapsed outlives the load.
    await using var app = await App.StartAsync();
    using var sidecar = await SidecarProcess.StartAsync(app.Url, settings: settings);
    Clients.Offer(sidecar.Port, best / 2, warmUp);
    var unloaded = Clients.Offer(sidecar.Port, best / 10, shortRun);
    Console.WriteLine($"{name}, a tenth of the best: {unloaded}");
    var overloaded = Clients.Offer(sidecar.Port, Times * best, duration);
    Console.WriteLine($"{name}, {Times} times the best: {overloaded}");
    judge(unloaded, overloaded);
}

static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
