using System.Runtime.Versioning;
using System.Security.Cryptography;
using SidecarAspire.Image;

namespace SidecarAspire.Bench.Compare;

/// <summary>
/// The same work through each proxy in turn, in an order that moves on with each round. All proxies are up all the time; an idle one
/// costs nothing.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Comparison(IReadOnlyList<Peer> peers, IReadOnlyList<Work> work, int rounds, TimeSpan duration, int rate)
{
    // Long enough for .NET's tiered compilation to settle on one core.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);

    private readonly List<Server> _servers = [];
    private readonly List<Sample> _samples = [];

    /// <summary>Measures, prints and writes the report.</summary>
    /// <returns>The exit code: 1 when something failed to be measured.</returns>
    public async Task<int> RunAsync(DirectoryInfo output, CancellationToken cancellationToken)
    {
        Cores.PinThisProcess();
        var folder = Directory.CreateTempSubdirectory("sidecar-bench-");
        try
        {
            if (peers.Any(peer => peer.IsSidecar))
            {
                Console.WriteLine("Publishing the sidecar as its image holds it ...");
                await Variant.Shipped.PublishAsync(Path.Combine(Repository.Folder, "Sidecar.Proxy"), Peer.SidecarFolder);
            }

            await using var local = await LocalApps.StartAsync();
            Peer.OtlpPort = local.Port;
            Peer.LogSinkPort = local.LogSinkPort;
            Peer.Certificate = new TestCertificate(folder.FullName).Write();
            var apps = await StartAppsAsync(folder, local, cancellationToken);
            var proxies = await StartProxiesAsync(folder, apps, cancellationToken);
            var machine = Machine.Describe();
            Console.WriteLine(machine);
            await WarmUpAsync(proxies, cancellationToken);
            for (var round = 1; round <= rounds; round++)
                await RunRoundAsync(round, proxies, cancellationToken);
            var footprints = proxies
                .Where(proxy => proxy.Key is { Kind: AppKind.Static, Setup: ProxySetup.Plain } && proxy.Key.Peer.Name != Peer.None)
                .Select(proxy => (proxy.Key.Peer.Name, Server: _servers.Single(server => server.Address == proxy.Value)))
                .Select(proxy => new Footprint(proxy.Name, proxy.Server.StartTime.TotalMilliseconds, ProcessTree.Memory(proxy.Server.Id, "VmHWM"), ProcessTree.Memory(proxy.Server.Id, "VmRSS")))
                .ToList();
            var report = new Report(machine, _samples, footprints, peers, work);
            report.Write(output);
            Console.WriteLine(report.Markdown());
            Console.WriteLine($"Written to {output.FullName}.");
            return _samples.Any(sample => sample.Failure is not null) ? 1 : 0;
        }
        finally
        {
            _servers.ForEach(server => server.Dispose());
            folder.Delete(recursive: true);
        }
    }

    private async Task<Dictionary<AppKind, int>> StartAppsAsync(DirectoryInfo folder, LocalApps local, CancellationToken cancellationToken)
    {
        var files = folder.CreateSubdirectory("files");
        await File.WriteAllTextAsync(Path.Combine(files.FullName, "1k.json"), $$"""{"items":[{{string.Join(',', Enumerable.Range(1000, 46).Select(id => $$"""{"id":{{id}},"name":"x"}"""))}}]}""", cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(files.FullName, "100k.bin"), RandomNumberGenerator.GetBytes(100 * 1024), cancellationToken);

        var address = new ProxyAddress(Server.FreePort(), 0, 0, folder.FullName);
        var configuration = Path.Combine(folder.FullName, "upstream.conf");
        var template = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "bench", "peers", "upstream.conf"), cancellationToken);
        await File.WriteAllTextAsync(configuration, template.Replace("@FOLDER@", folder.FullName, StringComparison.Ordinal).Replace("@PORT@", $"{address.Port}", StringComparison.Ordinal), cancellationToken);
        // Its worker is another user.
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        _servers.Add(await Server.StartAsync("the static application", Cores.Others("nginx", "-c", configuration), [], address, Work.Main.Path, cancellationToken));
        var apps = new Dictionary<AppKind, int> { [AppKind.Static] = address.Port, [AppKind.Echo] = local.Port };
        if (work.Any(one => one.App == AppKind.Express))
        {
            var express = new ProxyAddress(Server.FreePort(), 0, 0, folder.CreateSubdirectory("express").FullName);
            var environment = new Dictionary<string, string> { ["PORT"] = $"{express.Port}", ["HOST"] = "127.0.0.1", ["NODE_ENV"] = "production" };
            _servers.Add(await Server.StartAsync("the legacy app", Cores.Others("node", Path.Combine(Repository.Folder, "LegacyApp", "app.js")), environment, express, "/", cancellationToken));
            apps[AppKind.Express] = express.Port;
        }

        return apps;
    }

    private async Task<Dictionary<(Peer Peer, AppKind Kind, ProxySetup Setup), ProxyAddress>> StartProxiesAsync(DirectoryInfo folder, Dictionary<AppKind, int> apps, CancellationToken cancellationToken)
    {
        var proxies = new Dictionary<(Peer, AppKind, ProxySetup), ProxyAddress>();
        foreach (var (peer, kind, setup) in peers.SelectMany(peer => Wanted(peer).Select(one => (peer, one.App, one.Setup)).Distinct()))
        {
            if (peer.Name == Peer.None)
            {
                proxies[(peer, kind, setup)] = new(apps[kind], 0, 0, folder.FullName);
                continue;
            }

            var own = folder.CreateSubdirectory($"{peer.Name}-{kind}-{setup}");
            File.SetUnixFileMode(own.FullName, (UnixFileMode)0b111_111_111);
            var port = Server.FreePort();
            var samePort = peer.IsSidecar || peer.Name.StartsWith("caddy", StringComparison.Ordinal);
            var address = new ProxyAddress(port, samePort ? port : Server.FreePort(), apps[kind], own.FullName, setup);
            var (command, environment) = peer.Start(address);
            var server = await Server.StartAsync(peer.Name, Cores.Proxy(command), environment, address, kind == AppKind.Static ? Work.Main.Path : "/", cancellationToken);
            _servers.Add(server);
            proxies[(peer, kind, setup)] = address;
        }

        return proxies;
    }

    private IEnumerable<Work> Wanted(Peer peer) => work.Where(one => peer.Can(one) && (!peer.IsVariant || one == Work.Main || one.Client == Client.Paced));

    private async Task WarmUpAsync(Dictionary<(Peer Peer, AppKind Kind, ProxySetup Setup), ProxyAddress> proxies, CancellationToken cancellationToken)
    {
        foreach (var ((peer, kind, setup), address) in proxies.Where(proxy => proxy.Key.Peer.Name != Peer.None))
        {
            var one = Wanted(peer).First(one => one.App == kind && one.Setup == setup);
            await Clients.RunAsync(one.Client == Client.Paced ? Work.Main : one, address, WarmUp, rate, cancellationToken);
        }
    }

    private async Task RunRoundAsync(int round, Dictionary<(Peer Peer, AppKind Kind, ProxySetup Setup), ProxyAddress> proxies, CancellationToken cancellationToken)
    {
        foreach (var one in work)
        {
            for (var i = 0; i < peers.Count; i++)
            {
                var peer = peers[(i + round - 1) % peers.Count];
                if (!Wanted(peer).Contains(one))
                    continue;
                var address = proxies[(peer, one.App, one.Setup)];
                var process = _servers.FirstOrDefault(server => server.Address == address)?.Id;
                var (stolen, before) = (Cores.StolenSeconds(), process is null ? default : ProcessTree.Cpu(process.Value));
                var (requests, seconds, latency, failure) = await Clients.RunAsync(one, address, duration, rate, cancellationToken);
                var after = process is null ? default : ProcessTree.Cpu(process.Value);
                var sample = new Sample(
                    round, peer.Name, one.Name, requests, seconds,
                    requests == 0 ? 0 : (after.User - before.User) * 1e6 / requests,
                    requests == 0 ? 0 : (after.System - before.System) * 1e6 / requests,
                    latency, Cores.StolenSeconds() - stolen, failure);
                _samples.Add(sample);
                Console.WriteLine(FormattableString.Invariant($"round {round}  {one.Name,-15} {peer.Name,-14} {sample.Rate,8:0}/s  {sample.CpuMicros,6:0.0} µs CPU a request{(latency is null ? "" : FormattableString.Invariant($"  p99 {latency.P99:0.00} ms"))}{(failure is null ? "" : "  FAILED: " + failure)}"));
            }
        }
    }
}
