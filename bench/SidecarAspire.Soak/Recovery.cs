using System.Diagnostics;
using System.Globalization;

namespace SidecarAspire.Soak;

/// <summary>What the sidecar still has once everybody is gone.</summary>
/// <param name="Descriptors">How many file descriptors.</param>
/// <param name="Open">How many connections it counts as open.</param>
internal sealed record Recovery(int Descriptors, int Open)
{
    private const string Metric = "sidecar_connections_open";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until it has no more than that, for twenty seconds.</summary>
    public static async Task<Recovery> OfAsync(Sidecar sidecar, int descriptors)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var recovery = new Recovery(sidecar.Descriptors, await OpenAsync(sidecar));
            if (!sidecar.IsAlive || (recovery.Descriptors <= descriptors && recovery.Open == 0) || watch.Elapsed > s_patience)
                return recovery;
            await Task.Delay(200);
        }
    }

    private static async Task<int> OpenAsync(Sidecar sidecar)
    {
        var (_, metrics) = await Visitor.AskAsync(sidecar.AdminPort, "/metrics", s_patience);
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(Metric, StringComparison.Ordinal));
        return line is null ? int.MaxValue : int.Parse(line[(line.LastIndexOf(' ') + 1)..].Trim(), CultureInfo.InvariantCulture);
    }
}
