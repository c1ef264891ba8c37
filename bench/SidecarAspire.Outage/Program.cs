using System.Globalization;
using SidecarAspire.Outage;
using SidecarAspire.Startup;

// dotnet run --project bench/SidecarAspire.Outage [requests, 30000]
// A sidecar in front of three targets, clients that never send a request twice, and an outage a third of the way.
if (args is ["app", var status])
    return await App.RunAsync(status);

var requests = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 30_000;
var retries = ("Sidecar__Resilience__Retry__MaxRetries", "2");
// Otherwise a third of all requests would need a retry, and the budget has a fifth.
var ejection = ("Sidecar__Upstream__OutlierDetection__ConsecutiveFailures", "5");
var figures = new FigureTable(Console.Out);
Console.WriteLine($"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");

var without = await OutageRun.RunAsync("one of three killed, no retries", requests, 200, killed: 1);
var with = await OutageRun.RunAsync("one of three killed, retries and ejection", requests, 200, killed: 1, retries, ejection);
var gone = await OutageRun.RunAsync("all three killed, retries", requests, 200, killed: 3, retries);
var failing = await OutageRun.RunAsync("all three answer 503, retries", requests, 503, killed: 0, retries);

Console.WriteLine($"without retries {without.Failed} of {without.Requests} requests failed");
figures.Add($"failed of {with.Requests} with one target killed", with.Failed, with.Requests / 1000);
figures.Add("attempts with all targets killed", gone.Attempts, gone.Requests * 12 / 10);
figures.Add("attempts with all targets answering 503", failing.Attempts, failing.Requests * 12 / 10);
return figures.AllMet && without.Failed > without.Requests / 1000 ? 0 : 1;
