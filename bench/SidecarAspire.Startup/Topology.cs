using System.Diagnostics;
using System.Net.NetworkInformation;

namespace SidecarAspire.Startup;

/// <summary>The app host of this repository and where it listens.</summary>
internal sealed class Topology
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    public static readonly Uri Sidecar = new("http://localhost:8080/");
    public static readonly Uri Dashboard = new("http://localhost:18888/login");

    private static readonly int[] Ports = [8080, 18888, 4317, 4318];

    private readonly string _root;

    private Topology(string root) => _root = root;

    public static Topology Locate()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SidecarAspire.sln")))
            {
                return new Topology(folder.FullName);
            }
        }

        throw new InvalidOperationException("Run this from the repository: there is no SidecarAspire.sln above it.");
    }

    public static IReadOnlyList<int> TakenPorts()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(endpoint => endpoint.Port).ToHashSet();
        return [.. Ports.Where(listening.Contains)];
    }

    public static void RequireFreePorts()
    {
        if (TakenPorts() is { Count: > 0 } taken)
        {
            throw new InvalidOperationException($"Port {string.Join(", ", taken)} is in use: stop what listens there first.");
        }
    }

    public async Task BuildAsync()
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", "SidecarAspire.AppHost", "-v", "quiet", "-nologo"]) { WorkingDirectory = _root })!;
        await build.WaitForExitAsync();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException("The app host does not build.");
        }
    }

    /// <summary>Types the command of the README, with nothing left to build.</summary>
    public TopologyRun Start(TemporaryFolder temporary, bool ignoringSigterm = false)
    {
        // A session of its own, so that Ctrl+C can be sent to all a terminal would send it to and to nobody else.
        var start = new ProcessStartInfo("setsid", ["dotnet", "run", "--no-build", "--project", "SidecarAspire.AppHost"])
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

        return new TopologyRun(start);
    }
}
