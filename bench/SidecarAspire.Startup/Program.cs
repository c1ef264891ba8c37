using SidecarAspire.Startup;

// dotnet run --project bench/SidecarAspire.Startup [starts and stops in a row, 10]
// Starts the topology as a person does, holds it to its limits, and compares it with a plain Aspire app host. Linux only: it reads /proc.
const int RunsPerFigure = 3;
const int Rounds = 5;
var cycles = args is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 10;
var topology = Topology.Locate("SidecarAspire.AppHost");
var plain = Topology.Locate("bench/SidecarAspire.PlainAppHost");
var figures = new FigureTable(Console.Out);
using var temporary = new TemporaryFolder();

await topology.BuildAsync();
await plain.BuildAsync();
Console.WriteLine($"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}; the worst of {RunsPerFigure} runs counts; a first run, not measured, lets npm settle.");
await using (var first = topology.Start(temporary))
{
    await first.UntilServedAsync(TimeSpan.FromMinutes(5));
    await first.InterruptAsync();
}

var served = new List<TimeSpan>();
var dashboard = new List<TimeSpan>();
var interrupted = new List<TimeSpan>();
for (var i = 0; i < RunsPerFigure; i++)
{
    await using var run = topology.Start(temporary);
    var toDashboard = run.UntilDashboardAsync(Topology.Patience);
    served.Add(await run.UntilServedAsync(Topology.Patience));
    dashboard.Add(await toDashboard);
    interrupted.Add(await run.InterruptAsync());
}

figures.Add("start to the first 200 through the sidecar", served, TimeSpan.FromSeconds(7.5));
figures.Add("start to the dashboard's login page", dashboard, TimeSpan.FromSeconds(5));
figures.Add("Ctrl+C to nothing left running", interrupted, TimeSpan.FromSeconds(5.5));

figures.Add("kill -9 of the app host to nothing left", await KillAsync(ignoringSigterm: false), TimeSpan.FromSeconds(8));
figures.Add("the same with an app that ignores SIGTERM", await KillAsync(ignoringSigterm: true), TimeSpan.FromSeconds(8));

var ours = (Served: new List<TimeSpan>(), Interrupted: new List<TimeSpan>());
var plains = (Served: new List<TimeSpan>(), Interrupted: new List<TimeSpan>());
for (var i = 0; i < Rounds; i++)
{
    foreach (var (appHost, times) in new[] { (plain, plains), (topology, ours) })
    {
        await using var run = appHost.Start(temporary);
        times.Served.Add(await run.UntilServedAsync(Topology.Patience));
        times.Interrupted.Add(await run.InterruptAsync());
    }
}

figures.AddMore("first 200, more than a plain app host", ours.Served, plains.Served, TimeSpan.FromSeconds(0.5));
figures.AddMore("Ctrl+C, more than a plain app host", ours.Interrupted, plains.Interrupted, TimeSpan.FromSeconds(0.5));

var before = temporary.Entries();
var left = 0;
for (var i = 0; i < cycles; i++)
{
    await using var run = topology.Start(temporary);
    await run.UntilServedAsync(Topology.Patience);
    await run.InterruptAsync();
    left += run.Processes().Count;
}

var files = temporary.Entries().Except(before).ToArray();
figures.Add($"processes left after {cycles} starts and stops", left, 0);
figures.Add("ports still taken", topology.TakenPorts().Count, 0);
figures.Add("temporary files and folders left", files.Length, 0);
Array.ForEach(files, file => Console.WriteLine($"  {file}"));
return figures.AllMet ? 0 : 1;

async Task<List<TimeSpan>> KillAsync(bool ignoringSigterm)
{
    await using var run = topology.Start(temporary, ignoringSigterm);
    await run.UntilServedAsync(Topology.Patience);
    return [await run.KillAppHostAsync()];
}
