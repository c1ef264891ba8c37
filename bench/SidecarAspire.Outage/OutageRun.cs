using System.Diagnostics;
using System.Globalization;
using SidecarAspire.Rollout;

namespace SidecarAspire.Outage;

/// <summary>A sidecar in front of three targets, the requests it was sent, and what became of them.</summary>
/// <param name="Requests">How many requests the clients sent.</param>
/// <param name="Failed">How many of them were not answered with 200.</param>
/// <param name="Attempts">How often the sidecar tried to have a target answer.</param>
internal sealed record OutageRun(int Requests, int Failed, int Attempts)
{
    /// <summary>Sends the load, and does harm to the targets a third of the way.</summary>
    /// <param name="what">What is done to them.</param>
    /// <param name="requests">How many requests.</param>
    /// <param name="statusCode">What the targets answer while they are there.</param>
    /// <param name="killed">How many are killed.</param>
    /// <param name="settings">The sidecar's configuration.</param>
    public static async Task<OutageRun> RunAsync(string what, int requests, int statusCode, int killed, params (string Name, string Value)[] settings)
    {
        using AppProcess one = await AppProcess.StartAsync(statusCode), two = await AppProcess.StartAsync(statusCode), three = await AppProcess.StartAsync(statusCode);
        AppProcess[] apps = [one, two, three];
        using var sidecar = Replica.Start(string.Join(',', apps.Select(app => app.Url)), TimeSpan.FromSeconds(25), settings);
        using var over = new CancellationTokenSource();
        var readiness = sidecar.FollowReadinessAsync(over.Token);
        await sidecar.FirstReady.WaitAsync(TimeSpan.FromMinutes(1));

        var load = new Load(sidecar.Port, requests);
        var started = Stopwatch.GetTimestamp();
        var running = load.RunAsync();
        await load.Third;
        foreach (var app in apps.Take(killed))
            app.Kill();
        await running;
        var duration = Stopwatch.GetElapsedTime(started);
        var attempts = await AttemptsAsync(sidecar.AdminPort);
        await over.CancelAsync();
        await readiness;

        Console.WriteLine($"{what}: {requests / duration.TotalSeconds:0} requests a second, {attempts} attempts for {requests} requests");
        foreach (var (failure, count) in load.Failures.OrderByDescending(failure => failure.Value).Take(3))
            Console.WriteLine($"  {count} x {failure}");
        return new(requests, load.Failures.Values.Sum(), attempts);
    }

    private static async Task<int> AttemptsAsync(int adminPort)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync($"http://127.0.0.1:{adminPort}/metrics");
        return metrics.Split('\n')
            .Where(line => line.StartsWith("http_client_request_duration_seconds_count{", StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
