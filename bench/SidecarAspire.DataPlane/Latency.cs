using System.Globalization;
using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>
/// What the sidecar adds to the application's latency, at half of the rate that both can do together on this machine. Each round asks
/// the application alone and then through the sidecar; the median of the rounds counts, because a machine that is taken away for
/// 50 ms (steal) makes the p99 of the round that it hits, whoever is measured.
/// </summary>
internal static class Latency
{
    private const int Connections = 32;
    private const int Rounds = 15;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    public static async Task MeasureAsync(App app, FigureTable figures)
    {
        using var sidecar = await Sidecar.StartAsync(app.Url);
        PacedClient.Run(app.Port, Connections, rate: 0, Round);
        PacedClient.Run(sidecar.Port, Connections, rate: 0, WarmUp);
        var best = PacedClient.Run(sidecar.Port, Connections, rate: 0, Round).Count / Round.TotalSeconds;
        Console.WriteLine($"  best rate {best:0} requests a second; {Connections} connections at half of it, open loop, {Rounds} rounds of {Round.TotalSeconds:0} s each way in turn");

        var rounds = new List<(Quantiles Alone, Quantiles Through)>();
        for (var i = 0; i < Rounds; i++)
        {
            var stolen = StolenSeconds();
            rounds.Add((
                new Quantiles(PacedClient.Run(app.Port, Connections, best / 2, Round)),
                new Quantiles(PacedClient.Run(sidecar.Port, Connections, best / 2, Round))));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  app alone {rounds[i].Alone}, through the sidecar {rounds[i].Through}, stolen {StolenSeconds() - stolen:0.00} s"));
        }

        figures.AddBelow("latency added, p50", Median(rounds.Select(round => round.Through.Half - round.Alone.Half)), 0.5, "ms");
        figures.AddBelow("latency added, p99", Median(rounds.Select(round => round.Through.Most - round.Alone.Most)), 2, "ms");
        figures.Add("exit code", await sidecar.StopAsync(), 0);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>How long both cores together were wanted and not given, since the machine started (proc_stat(5)).</summary>
    private static double StolenSeconds() =>
        long.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8], CultureInfo.InvariantCulture) / 100.0;

    /// <summary>In milliseconds.</summary>
    private readonly record struct Quantiles
    {
        public Quantiles(List<double> latencies)
        {
            latencies.Sort();
            (Half, Most) = (At(latencies, 0.5), At(latencies, 0.99));
        }

        public double Half { get; }

        public double Most { get; }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {Half:0.00} p99 {Most:0.00} ms");

        private static double At(List<double> sorted, double quantile) => sorted[(int)(quantile * (sorted.Count - 1))] * 1000;
    }
}
