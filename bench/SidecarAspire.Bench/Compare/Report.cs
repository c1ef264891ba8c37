using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SidecarAspire.Bench.Compare;

/// <summary>What was measured, as people, programs and READMEs want it. Failed samples are named, never averaged away.</summary>
internal sealed class Report(string machine, IReadOnlyList<Sample> samples, IReadOnlyList<Footprint> footprints, IReadOnlyList<Peer> peers, IReadOnlyList<Work> work)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes compare.json, compare.md and compare.svg.</summary>
    public void Write(DirectoryInfo folder)
    {
        folder.Create();
        File.WriteAllText(Path.Combine(folder.FullName, "compare.json"), JsonSerializer.Serialize(new { machine, footprints, samples }, Json) + "\n");
        File.WriteAllText(Path.Combine(folder.FullName, "compare.md"), Markdown());
        File.WriteAllText(Path.Combine(folder.FullName, "compare.svg"), new CpuChart(Bars()).Svg());
    }

    /// <summary>A table for each piece of work, and one for what else a proxy takes.</summary>
    public string Markdown()
    {
        var text = new StringBuilder().Append(machine).Append('\n');
        foreach (var one in work)
            AppendTable(text, one);
        if (footprints.Count > 0)
        {
            text.Append("\n| proxy | start to first answer, ms | RSS after, MB | RSS at most, MB |\n|---|---|---|---|\n");
            foreach (var footprint in footprints)
                Row(text, footprint.Peer, Number(footprint.StartMilliseconds, "0"), Number(footprint.AfterBytes / 1e6, "0.0"), Number(footprint.PeakBytes / 1e6, "0.0"));
        }

        var failures = samples.Where(sample => sample.Failure is not null).ToList();
        if (failures.Count > 0)
        {
            text.Append("\nNot counted:\n\n");
            foreach (var failure in failures)
                text.Append(CultureInfo.InvariantCulture, $"- round {failure.Round}, {failure.Work}, {failure.Peer}: {failure.Failure}\n");
        }

        return text.ToString();
    }

    private void AppendTable(StringBuilder text, Work one)
    {
        var paced = one.Client == Client.Paced;
        text.Append(CultureInfo.InvariantCulture, $"\n**{one.Name}**\n\n");
        text.Append(paced
            ? "| proxy | p50 added, ms | p99 added, ms | p99.9 added, ms | p99 added against nginx | CPU, µs a request |\n|---|---|---|---|---|---|\n"
            : "| proxy | requests/s | CPU, µs a request | user | kernel | CPU against nginx | CPU against HAProxy | stolen, s |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var peer in peers)
        {
            var good = Good(peer.Name, one.Name);
            if (good.Count == 0)
                continue;
            if (paced)
                AppendPaced(text, peer.Name, one, good);
            else
                Row(text, peer.Name, Median(good, sample => sample.Rate, "0"), Median(good, sample => sample.CpuMicros, "0.0"), Median(good, sample => sample.UserMicros, "0.0"), Median(good, sample => sample.SystemMicros, "0.0"), Ratio(good, one, Peer.Reference, sample => sample.CpuMicros), Ratio(good, one, "haproxy", sample => sample.CpuMicros), Number(good.Sum(sample => sample.StolenSeconds), "0.0"));
        }
    }

    private void AppendPaced(StringBuilder text, string peer, Work one, List<Sample> good)
    {
        if (peer == Peer.None)
        {
            Row(text, "none: the latency itself", Median(good, sample => sample.Latency!.P50, "0.00"), Median(good, sample => sample.Latency!.P99, "0.00"), Median(good, sample => sample.Latency!.P999, "0.00"), "", "");
            return;
        }

        Row(text, peer, Added(good, one, latency => latency.P50), Added(good, one, latency => latency.P99), Added(good, one, latency => latency.P999), Ratio(good, one, Peer.Reference, sample => AddedIn(sample, one, latency => latency.P99)), Median(good, sample => sample.CpuMicros, "0.0"));
    }

    private string Added(List<Sample> good, Work one, Func<Quantiles, double> quantile) => Median(good, sample => AddedIn(sample, one, quantile), "0.00");

    private double? AddedIn(Sample sample, Work one, Func<Quantiles, double> quantile) =>
        In(sample.Round, Peer.None, one)?.Latency is { } alone ? quantile(sample.Latency!) - quantile(alone) : null;

    /// <summary>The median of the rounds' ratios, and the smallest and the largest.</summary>
    private string Ratio(List<Sample> good, Work one, string reference, Func<Sample, double?> value)
    {
        var ratios = good
            .Select(sample => In(sample.Round, reference, one) is { } other && value(other) is > 0 and var divisor ? value(sample) / divisor : null)
            .OfType<double>().Order().ToList();
        return ratios.Count == 0 || good[0].Peer is Peer.None ? "" : FormattableString.Invariant($"{ratios[ratios.Count / 2]:0.00} ({ratios[0]:0.00}–{ratios[^1]:0.00})");
    }

    private Sample? In(int round, string peer, Work one) => samples.FirstOrDefault(sample => sample.Round == round && sample.Peer == peer && sample.Work == one.Name && sample.Failure is null);

    private List<Sample> Good(string peer, string one) => [.. samples.Where(sample => sample.Peer == peer && sample.Work == one && sample.Failure is null)];

    private List<(string Name, double User, double Kernel)> Bars() =>
    [
        .. peers.Where(peer => peer.Name != Peer.None)
            .Select(peer => (peer.Name, Good: Good(peer.Name, Work.Main.Name)))
            .Where(peer => peer.Good.Count > 0)
            .Select(peer => (peer.Name, Middle(peer.Good.Select(sample => (double?)sample.UserMicros))!.Value, Middle(peer.Good.Select(sample => (double?)sample.SystemMicros))!.Value)),
    ];

    private static string Median(List<Sample> good, Func<Sample, double?> value, string format) => Middle(good.Select(value)) is { } middle ? Number(middle, format) : "";

    private static double? Middle(IEnumerable<double?> values) => values.OfType<double>().Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : null;

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Row(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells)
            text.Append("| ").Append(cell).Append(' ');
        text.Append("|\n");
    }
}
