using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace SidecarAspire.Cluster.Tests;

/// <summary>The published Deployment on a real node.</summary>
public sealed class ClusterTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const int Clients = 4;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_API_server_takes_every_object()
    {
        foreach (var file in Directory.GetFiles(cluster.Manifests, "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml"))
            await Cluster.KubectlAsync("apply", "--dry-run=server", "--filename", file);
    }

    [Fact]
    public async Task Two_replicas_are_ready()
    {
        var deployment = await Cluster.GetAsync("deployment/legacy-app");

        deployment["status"]!["readyReplicas"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_request_through_the_Service_reaches_the_app_and_is_a_line_of_the_sidecars_log()
    {
        using var http = new HttpClient { BaseAddress = cluster.Service };

        var answer = await http.GetStringAsync("/accounts/1003", CancellationToken);

        answer.ShouldContain("Grace Hopper");
        (await Cluster.SidecarLogsAsync()).Split('\n').ShouldContain(line => line.StartsWith("legacy-app - http://localhost:3000 - /accounts/1003 - ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rolling_restart_under_traffic_loses_no_request()
    {
        var old = (await Cluster.PodsAsync()).Select(NameOf).ToArray();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => SendAsync(stop.Token)).ToArray();

        await Cluster.KubectlAsync("rollout", "restart", "deployment/legacy-app");
        await Cluster.RolledOutAsync();
        await Cluster.KubectlAsync(["wait", "--for=delete", "--timeout=120s", .. old.Select(name => $"pod/{name}")]);
        await stop.CancelAsync();
        var results = await Task.WhenAll(clients);

        var failures = results.SelectMany(result => result.Failures).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Sum(result => result.Sent)} requests, {failures.Length} failed"));
        failures.ShouldBeEmpty();
        results.ShouldAllBe(result => result.Sent > 0);
        (await Cluster.PodsAsync()).Select(NameOf).Intersect(old).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_app_comes_back_while_the_sidecar_says_so_and_never_hangs()
    {
        var pod = (await Cluster.PodsAsync()).First(pod => pod["metadata"]!["deletionTimestamp"] is null);
        var url = $"http://{pod["status"]!["podIP"]}:8080/";
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };

        await KillAppAsync(pod);

        var seen = new List<HttpStatusCode>();
        do
        {
            using var answer = await http.GetAsync(new Uri(url), CancellationToken);
            seen.Add(answer.StatusCode);
        }
        while (seen[^1] != HttpStatusCode.OK || !await HasRestartedAsync(NameOf(pod)));

        seen.ShouldBeSubsetOf([HttpStatusCode.OK, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable]);
        seen.ShouldContain(status => status != HttpStatusCode.OK);
        await Cluster.RolledOutAsync();
    }

    private static string NameOf(JsonObject pod) => pod["metadata"]!["name"]!.GetValue<string>();

    private static async Task<bool> HasRestartedAsync(string pod) =>
        (await Cluster.GetAsync($"pod/{pod}"))["status"]!["containerStatuses"]!.AsArray().Single(status => status!["name"]!.GetValue<string>() == "app")!["restartCount"]!.GetValue<int>() > 0;

    /// <summary>Kills the first process of the app's container, which only the node can.</summary>
    private static async Task KillAppAsync(JsonObject pod)
    {
        var id = pod["status"]!["containerStatuses"]!.AsArray().Single(status => status!["name"]!.GetValue<string>() == "app")!["containerID"]!.GetValue<string>().Split("//")[1];
        var process = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Single(name => int.TryParse(name, CultureInfo.InvariantCulture, out _) && IsFirstOf(name, id))!;
        (await CommandRun.OfAsync("/", "kill", "-s", "KILL", process)).ExitCode.ShouldBe(0);
    }

    private static bool IsFirstOf(string process, string container)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cgroup").Contains(container, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended in the meantime.
            return false;
        }
    }

    private async Task<(int Sent, IReadOnlyList<string> Failures)> SendAsync(CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = cluster.Service, Timeout = TimeSpan.FromSeconds(10) };
        var failures = new List<string>();
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            sent++;
            try
            {
                using var answer = await http.GetAsync("/accounts/1001", CancellationToken);
                if (!answer.IsSuccessStatusCode)
                    failures.Add(((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                failures.Add(exception.Message);
            }
        }

        return (sent, failures);
    }
}
