using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using SidecarAspire.Image;

namespace SidecarAspire.Bench.Compare;

/// <summary>Each row through each proxy in turn, in an order that moves on with each round. A proxy of a row is a process of its own; an idle one costs nothing.</summary>
/// <param name="rows">What is asked.</param>
/// <param name="cores">With how many cores, one after the other.</param>
/// <param name="rounds">How often.</param>
/// <param name="duration">How long each time, and half of that at half load.</param>
[SupportedOSPlatform("linux")]
internal sealed class Comparison(IReadOnlyList<Row> rows, IReadOnlyList<int> cores, int rounds, TimeSpan duration)
{
    private readonly List<Sample> _samples = [];

    /// <summary>Measures.</summary>
    /// <param name="sidecar">The sidecar's program; null publishes it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Report> RunAsync(string? sidecar, CancellationToken cancellationToken)
    {
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        var stolen = Cores.StolenSeconds();
        sidecar ??= await PublishAsync();
        var versions = await Task.WhenAll(Peer.All.Select(peer => peer.DescribeAsync(sidecar, cancellationToken)));
        foreach (var count in cores)
            await RunAsync(sidecar, count, new Cores(count), cancellationToken);
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        return new(
            FormattableString.Invariant($"{string.Join(", ", versions)}; {Environment.ProcessorCount} cores ({model ?? "unnamed"}), Linux {Environment.OSVersion.Version}, {rounds} rounds of {duration.TotalSeconds} s, load {load} at the start, {Cores.StolenSeconds() - stolen:0.0} s stolen by the hypervisor."),
            _samples);
    }

    private static async Task<string> PublishAsync()
    {
        await Console.Error.WriteLineAsync("publishing the sidecar");
        var folder = Path.Combine(Repository.Folder, "artifacts", "bench", "sidecar");
        try
        {
            await Variant.Shipped.PublishAsync(Path.Combine(Repository.Folder, "Sidecar.Proxy"), folder);
        }
        catch (IOException exception)
        {
            throw new BenchException(exception.Message);
        }

        return Path.Combine(folder, "Sidecar.Proxy");
    }

    private async Task RunAsync(string sidecar, int count, Cores limit, CancellationToken cancellationToken)
    {
        await limit.PinThisProcessAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("sidecar-bench-");
        // nginx's workers are another user.
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        var servers = new List<Server>();
        try
        {
            await using var apps = await LocalApps.StartAsync();
            var environs = new Environs(sidecar, new Credentials(folder.FullName).Write(), apps);
            var clients = new Clients(limit, environs.Credentials);
            var (upstream, port) = await StartUpstreamAsync(folder, limit, cancellationToken);
            servers.Add(upstream);
            var proxies = new Dictionary<(Row, Peer), (Proxy Proxy, Server Server)>();
            foreach (var row in rows.Where(row => count == 1 || row.IsKey))
            {
                foreach (var peer in Peer.All.Where(peer => peer.Can(row)))
                {
                    var own = folder.CreateSubdirectory($"{row.Name}-{peer.Name}");
                    File.SetUnixFileMode(own.FullName, (UnixFileMode)0b111_111_111);
                    var proxy = new Proxy(Server.FreePort(), row.App switch { AppKind.Echo => apps.Port, AppKind.Grpc => apps.GrpcPort, _ => port }, count, own.FullName, row.Setup);
                    var (command, environment) = peer.Start(proxy, environs);
                    servers.Add(await Server.StartAsync($"{peer.Name} ({row.Name})", limit.Proxy(command), environment, proxy.Port, proxy.Folder, cancellationToken));
                    proxies[(row, peer)] = (proxy, servers[^1]);
                }
            }

            for (var round = 1; round <= rounds; round++)
            {
                foreach (var row in rows)
                {
                    for (var i = 0; i < Peer.All.Count; i++)
                    {
                        var peer = Peer.All[(i + round) % Peer.All.Count];
                        if (!proxies.TryGetValue((row, peer), out var one))
                            continue;
                        var sample = await MeasureAsync(new(count, round, row.Name, peer.Name), row, one.Proxy, one.Server, clients, cancellationToken);
                        _samples.Add(sample);
                        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{count} cores, round {round}: {row.Name,-14} {peer.Name,-8} {sample.Rate,7:0}/s {sample.CpuMicros,8:0.0} µs{(sample.Failure is null ? "" : "  FAILED: " + sample.Failure)}"));
                    }
                }
            }
        }
        finally
        {
            servers.ForEach(server => server.Stop());
            servers.ForEach(server => server.Dispose());
            folder.Delete(recursive: true);
        }
    }

    private async Task<Sample> MeasureAsync(Sample sample, Row row, Proxy proxy, Server server, Clients clients, CancellationToken cancellationToken)
    {
        IReadOnlyList<Socket> idle = [];
        var members = ProcessTree.Members(server.Id);
        try
        {
            idle = await Clients.OpenIdleAsync(row, proxy, cancellationToken);
            using var counter = sample.Round == rounds ? await SystemCalls.StartAsync(members, cancellationToken) : null;
            var (stolen, before) = (Cores.StolenSeconds(), ProcessTree.Usage(members));
            var result = await clients.RunAsync(row, proxy, duration, cancellationToken);
            var after = ProcessTree.Usage(members);
            var calls = counter is null ? null : await counter.StopAsync(cancellationToken);
            if (result.Failure is not null)
                return sample with { Failure = result.Failure };
            sample = sample with
            {
                Rate = result.Requests / result.Seconds,
                UserMicros = (after.User - before.User) * 1e6 / result.Requests,
                KernelMicros = (after.Kernel - before.Kernel) * 1e6 / result.Requests,
                Switches = (double)(after.Switches - before.Switches) / result.Requests,
                SystemCalls = (double?)calls / result.Requests,
                Saturation = result.Latency,
                ResidentMegabytes = ProcessTree.ResidentMegabytes(members),
                StolenSeconds = Cores.StolenSeconds() - stolen,
            };
            return row.HasHalfLoad && sample.Cores == 1 ? sample with { HalfLoad = (await clients.PacedAsync(row, proxy, sample.Rate / 2, duration / 2)).Latency } : sample;
        }
        catch (Exception exception) when (exception is BenchException or System.Net.WebSockets.WebSocketException)
        {
            return sample with { Failure = exception.Message };
        }
        finally
        {
            foreach (var socket in idle)
                socket.Dispose();
        }
    }

    private static async Task<(Server Server, int Port)> StartUpstreamAsync(DirectoryInfo folder, Cores limit, CancellationToken cancellationToken)
    {
        var files = folder.CreateSubdirectory("files");
        await File.WriteAllBytesAsync(Path.Combine(files.FullName, "100k.bin"), RandomNumberGenerator.GetBytes(100 * 1024), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(files.FullName, "10m.bin"), RandomNumberGenerator.GetBytes(10 * 1024 * 1024), cancellationToken);
        var (port, configuration) = (Server.FreePort(), Path.Combine(folder.FullName, "upstream.conf"));
        var template = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "bench", "peers", "upstream.conf"), cancellationToken);
        await File.WriteAllTextAsync(configuration, template.Replace("@FOLDER@", folder.FullName, StringComparison.Ordinal).Replace("@PORT@", $"{port}", StringComparison.Ordinal), cancellationToken);
        return (await Server.StartAsync("the application", limit.Others("nginx", "-c", configuration), [], port, folder.FullName, cancellationToken), port);
    }
}
