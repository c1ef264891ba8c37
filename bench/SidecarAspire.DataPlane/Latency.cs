using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>What the sidecar adds to the application's latency, at half of the rate that both can do together on this machine.</summary>
internal static class Latency
{
    private const int Connections = 32;
    private const int Rounds = 3;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    public static async Task MeasureAsync(App app, FigureTable figures)
    {
        using var sidecar = await Sidecar.StartAsync(app.Url);
        PacedClient.Run(app.Port, Connections, rate: 0, Round);
        PacedClient.Run(sidecar.Port, Connections, rate: 0, 2 * Round);
        var best = PacedClient.Run(sidecar.Port, Connections, rate: 0, Round).Count / Round.TotalSeconds;
        Console.WriteLine($"  best rate {best:0} requests a second; {Connections} connections at half of it, open loop, {Rounds} rounds of {Round.TotalSeconds:0} s each way in turn");

        var (alone, through) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            alone.AddRange(PacedClient.Run(app.Port, Connections, best / 2, Round));
            through.AddRange(PacedClient.Run(sidecar.Port, Connections, best / 2, Round));
        }

        alone.Sort();
        through.Sort();
        Console.WriteLine($"  app alone p50 {Milliseconds(alone, 0.5):0.00} ms, p99 {Milliseconds(alone, 0.99):0.00} ms ({alone.Count} requests); through the sidecar p50 {Milliseconds(through, 0.5):0.00} ms, p99 {Milliseconds(through, 0.99):0.00} ms ({through.Count})");
        figures.AddBelow("latency added, p50", Milliseconds(through, 0.5) - Milliseconds(alone, 0.5), 0.5, "ms");
        figures.AddBelow("latency added, p99", Milliseconds(through, 0.99) - Milliseconds(alone, 0.99), 2, "ms");
        figures.Add("exit code", await sidecar.StopAsync(), 0);
    }

    private static double Milliseconds(List<double> sorted, double quantile) => sorted[(int)(quantile * (sorted.Count - 1))] * 1000;
}
