using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SidecarAspire.Startup;

/// <summary>An app host of this repository and where it listens.</summary>
internal sealed class Topology
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _root;
    private readonly string _appHost;

    // Ports of its own, so that it does not get into the way of a topology that is running already.
    private readonly int[] _ports = FreePorts(4);

    private Topology(string root, string appHost)
    {
        _root = root;
        _appHost = appHost;
    }

    public Uri Sidecar => new($"http://localhost:{_ports[0]}/");

    public Uri Dashboard => new($"http://localhost:{_ports[1]}/login");

    /// <summary>Finds an app host by its project's folder.</summary>
    public static Topology Locate(string appHost)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SidecarAspire.sln")))
            {
                return new Topology(folder.FullName, appHost);
            }
        }

        throw new InvalidOperationException("Run this from the repository: there is no SidecarAspire.sln above it.");
    }

    public IReadOnlyList<int> TakenPorts()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(endpoint => endpoint.Port).ToHashSet();
        return [.. _ports.Where(listening.Contains)];
    }

    public async Task BuildAsync()
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", _appHost, "-v", "quiet", "-nologo"]) { WorkingDirectory = _root })!;
        await build.WaitForExitAsync();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_appHost} does not build.");
        }
    }

    /// <summary>Types the command of the README, with nothing left to build.</summary>
    public TopologyRun Start(TemporaryFolder temporary, bool ignoringSigterm = false)
    {
        // A session of its own, so that Ctrl+C can be sent to all a terminal would send it to and to nobody else. A shell has background
        // commands ignore that signal, and children inherit it.
        var start = new ProcessStartInfo("setsid",
        [
            "env", "--default-signal=INT", "dotnet", "run", "--no-build", "--project", _appHost, "--",
            $"--SIDECAR_PORT={_ports[0]}",
            $"--ASPNETCORE_URLS=http://localhost:{_ports[1]}",
            $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{_ports[2]}",
            $"--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:{_ports[3]}",
        ])
        {
            WorkingDirectory = _root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = temporary.Path;
        if (ignoringSigterm)
        {
            start.Environment["NODE_OPTIONS"] = $"--require {Path.Combine(AppContext.BaseDirectory, "ignore-sigterm.cjs")}";
        }

        return new TopologyRun(this, start);
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
