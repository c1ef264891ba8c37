using System.Diagnostics;
using SidecarAspire.Rollout;
using SidecarAspire.Startup;

// dotnet run --project bench/SidecarAspire.Rollout [requests, 10000]
// Two sidecars in front of one app, a client that follows their readiness and never retries; a third of the way one of them gets
// SIGTERM. Every answer that is not the app's counts as failed. Linux only: it sends a signal.
const int Clients = 16;
var requests = args is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 10_000;
var drainTimeout = TimeSpan.FromSeconds(25);
var figures = new FigureTable(Console.Out);

await using var app = await SlowApp.StartAsync();
using var leaving = Replica.Start(app.Url, drainTimeout);
using var staying = Replica.Start(app.Url, drainTimeout);
using var over = new CancellationTokenSource();
var readiness = new[] { leaving.FollowReadinessAsync(over.Token), staying.FollowReadinessAsync(over.Token) };
await Task.WhenAll(leaving.FirstReady, staying.FirstReady).WaitAsync(TimeSpan.FromMinutes(1));

Console.WriteLine($"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}; {Clients} clients on keep-alive connections, DrainDelay {Replica.DrainDelay.TotalSeconds:0} s");
var load = new Load([leaving, staying], requests);
var started = Stopwatch.GetTimestamp();
var clients = Enumerable.Range(0, Clients).Select(_ => load.RunAsync()).ToArray();
await load.ReachedAsync(requests / 3);
var servedBefore = leaving.Served;
var signalled = Stopwatch.GetTimestamp();
Signals.Send(leaving.Process.Id, Replica.Terminate);
await leaving.Process.WaitForExitAsync();
var drained = Stopwatch.GetElapsedTime(signalled);
var leftToSend = load.Left;
await Task.WhenAll(clients);
var duration = Stopwatch.GetElapsedTime(started);
await over.CancelAsync();
await Task.WhenAll(readiness);

Console.WriteLine($"{requests / duration.TotalSeconds:0} requests a second; the leaving sidecar answered {leaving.Served - servedBefore} after SIGTERM, and {leftToSend} were still to come when it had gone");
foreach (var failure in load.Failures.Take(5))
    Console.WriteLine($"  {failure}");
figures.Add($"failed of {requests} requests", load.Failures.Count, 0);
figures.Add("exit code of the sidecar that left", leaving.Process.ExitCode, 0);
figures.Add("SIGTERM to its end", [drained], drainTimeout);
return figures.AllMet && leftToSend > 0 ? 0 : 1;
