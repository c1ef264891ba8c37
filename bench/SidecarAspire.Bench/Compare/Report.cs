using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SidecarAspire.Bench.Compare;

/// <summary>What was measured, medians of the rounds, as people, programs and the README want it. Failed samples are named, never averaged away.</summary>
/// <param name="machine">Where and how.</param>
/// <param name="samples">All of them.</param>
internal sealed class Report(string machine, IReadOnlyList<Sample> samples)
{
    private const string Begin = "<!-- compare -->\n";
    private const string End = "<!-- /compare -->\n";
    private const double ActiveAndIdleConnections = 11_000;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Why some samples do not count.</summary>
    public IReadOnlyList<string> Failures { get; } = [.. samples.Where(sample => sample.Failure is not null).Select(sample => $"{sample.Row}, {sample.Peer}, {sample.Cores} cores, round {sample.Round}: {sample.Failure}")];

    /// <summary>Writes compare.md, compare.json and compare.svg.</summary>
    public void Write(DirectoryInfo folder)
    {
        folder.Create();
        File.WriteAllText(Path.Combine(folder.FullName, "compare.md"), Markdown());
        WriteFigures(Path.Combine(folder.FullName, "compare.json"), Path.Combine(folder.FullName, "compare.svg"));
    }

    /// <summary>Renews the table in docs/performance.md, docs/compare.json and docs/images/compare.svg.</summary>
    public void WriteDocs()
    {
        var docs = Path.Combine(Repository.Folder, "docs");
        var page = Path.Combine(docs, "performance.md");
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new BenchException($"{page} has no place for the table: {Begin.Trim()} and {End.Trim()}.");
        File.WriteAllText(page, $"{text[..(begin + Begin.Length)]}\n{Markdown()}\n{text[end..]}");
        WriteFigures(Path.Combine(docs, "compare.json"), Path.Combine(docs, "images", "compare.svg"));
    }

    /// <summary>The tables.</summary>
    public string Markdown()
    {
        var text = new StringBuilder().Append(machine).Append('\n');
        foreach (var cores in samples.Select(sample => sample.Cores).Distinct())
        {
            var name = cores == 1 ? "one core" : $"{cores} cores";
            Cpu(text, cores, name);
            Latency(text, cores, name);
            Resources(text, cores, name);
        }

        Targets(text);
        foreach (var failure in Failures)
            text.Append("\nNot counted: ").Append(failure).Append('\n');
        return text.ToString();
    }

    private void Cpu(StringBuilder text, int cores, string name)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n**CPU a request, µs, {name}** (in brackets the least and the most of the rounds)\n\n| | nginx | HAProxy | sidecar | sidecar / nginx | to reach | |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in Rows(cores))
        {
            var ratios = Ratios(cores, row, sample => sample.CpuMicros);
            var ratio = ratios is [] ? "n/a" : FormattableString.Invariant($"{Median(ratios):0.00} ({ratios.Min():0.00}–{ratios.Max():0.00})");
            var target = cores == 1 ? row.Target : null;
            Line(text, [row.Title, .. Cells(cores, row, sample => sample.CpuMicros, "0.0"), ratio, target is { } most ? Number(most, "0.00") : "", target is null || ratios is [] ? "" : Verdict(Median(ratios), target.Value)]);
        }
    }

    private void Latency(StringBuilder text, int cores, string name)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n**Requests a second, and p50 / p99 / p99.9 in ms, {name}**\n\n| | nginx | HAProxy | sidecar |\n|---|---|---|---|\n");
        foreach (var row in Rows(cores))
        {
            Line(text, [row.Title, .. Peer.All.Select(peer => Good(cores, row, peer) is { Count: > 0 } good ? $"{Number(Median(good.Select(sample => sample.Rate)), "0")}; {Quantiles(good, sample => sample.Saturation)}" : "n/a")]);
            if (cores == 1 && row.HasHalfLoad)
                Line(text, [row.Title + ", half load", .. Peer.All.Select(peer => Quantiles(Good(cores, row, peer), sample => sample.HalfLoad))]);
        }
    }

    private void Resources(StringBuilder text, int cores, string name)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n**Memory afterwards (RSS, MB); context switches and system calls a request, {name}** (nginx / HAProxy / sidecar)\n\n| | memory | switches | system calls |\n|---|---|---|---|\n");
        foreach (var row in Rows(cores))
            Line(text, row.Title, string.Join(" / ", Cells(cores, row, sample => sample.ResidentMegabytes, "0.0")), string.Join(" / ", Cells(cores, row, sample => sample.Switches, "0.00")), string.Join(" / ", Cells(cores, row, sample => sample.SystemCalls, "0.0")));
    }

    private void Targets(StringBuilder text)
    {
        text.Append("\n**What else is to be reached, one core**\n\n| | sidecar | to reach | |\n|---|---|---|---|\n");
        foreach (var row in Rows(1).Where(row => row.HasHalfLoad))
        {
            Target(text, $"p99 at saturation / nginx's: {row.Title}", Ratios(1, row, sample => sample.Saturation?.P99), "0.00", 1);
            Target(text, $"p99 at half load / nginx's: {row.Title}", Ratios(1, row, sample => sample.HalfLoad?.P99), "0.00", 1);
        }

        var memory = Rows(1).Where(row => row.IdleConnections == 0).Select(row => Values(1, row, Peer.Sidecar, sample => sample.ResidentMegabytes)).Where(values => values.Count > 0).Select(Median).ToList();
        Target(text, "memory, the row with the most, MB", memory is [] ? [] : [memory.Max()], "0.0", 40);
        foreach (var row in Rows(1).Where(row => row.IdleConnections > 0))
            Target(text, $"memory, {row.Title}, MB: 30 and 4 KB each", Values(1, row, Peer.Sidecar, sample => sample.ResidentMegabytes), "0.0", 30 + (ActiveAndIdleConnections * 4 / 1000));
        Target(text, "system calls of a plain request", Values(1, Row.All[0], Peer.Sidecar, sample => sample.SystemCalls), "0.0", 4.5);
    }

    private static void Target(StringBuilder text, string name, List<double> values, string format, double most)
    {
        if (values is not [])
            Line(text, name, Number(Median(values), format), Number(most, format), Verdict(Median(values), most));
    }

    private void WriteFigures(string json, string svg)
    {
        var figures = samples.Select(sample => (sample.Cores, Row: Row.All.Single(row => row.Name == sample.Row), Peer: Peer.All.Single(peer => peer.Name == sample.Peer))).Distinct()
            .Select(one => (one.Cores, one.Row, one.Peer, Good: Good(one.Cores, one.Row, one.Peer)))
            .Where(one => one.Good.Count > 0)
            .Select(one => JsonSerializer.Serialize(
                new
                {
                    one.Cores,
                    Row = one.Row.Name,
                    Peer = one.Peer.Name,
                    Rounds = one.Good.Count,
                    RequestsPerSecond = Of(one.Good, sample => sample.Rate),
                    UserMicros = Of(one.Good, sample => sample.UserMicros),
                    KernelMicros = Of(one.Good, sample => sample.KernelMicros),
                    CpuMicros = Of(one.Good, sample => sample.CpuMicros),
                    CpuAgainstNginx = Ratios(one.Cores, one.Row, one.Peer, sample => sample.CpuMicros).Select(ratio => Math.Round(ratio, 3)),
                    SaturationMilliseconds = QuantilesOf(one.Good, sample => sample.Saturation),
                    HalfLoadMilliseconds = QuantilesOf(one.Good, sample => sample.HalfLoad),
                    ResidentMegabytes = Of(one.Good, sample => sample.ResidentMegabytes),
                    ContextSwitches = Of(one.Good, sample => sample.Switches),
                    SystemCalls = Of(one.Good, sample => sample.SystemCalls),
                    StolenSeconds = Math.Round(one.Good.Sum(sample => sample.StolenSeconds), 2),
                },
                Json));
        File.WriteAllText(json, $$"""{"machine":{{JsonSerializer.Serialize(machine)}},"figures":[{{"\n"}}{{string.Join(",\n", figures)}}{{"\n"}}]}{{"\n"}}""");
        File.WriteAllText(svg, new Chart("CPU a request, µs, one core", [.. Rows(1).Where(row => row.IsKey).Select(row => (row.Title, Bars(row)))]).Svg());
    }

    private IReadOnlyList<(string Name, double User, double Kernel)> Bars(Row row) =>
    [
        .. Peer.All.Select(peer => (peer.Name, Good: Good(1, row, peer))).Where(one => one.Good.Count > 0)
            .Select(one => (one.Name, Median(one.Good.Select(sample => sample.UserMicros)), Median(one.Good.Select(sample => sample.KernelMicros)))),
    ];

    private IEnumerable<Row> Rows(int cores) => Row.All.Where(row => samples.Any(sample => sample.Cores == cores && sample.Row == row.Name));

    private List<Sample> Good(int cores, Row row, Peer peer) => [.. samples.Where(sample => sample.Cores == cores && sample.Row == row.Name && sample.Peer == peer.Name && sample.Failure is null)];

    private List<double> Values(int cores, Row row, Peer peer, Func<Sample, double?> value) => [.. Good(cores, row, peer).Select(value).OfType<double>()];

    private IEnumerable<string> Cells(int cores, Row row, Func<Sample, double?> value, string format) =>
        Peer.All.Select(peer => Values(cores, row, peer, value) is { Count: > 0 } values ? Number(Median(values), format) : "n/a");

    private List<double> Ratios(int cores, Row row, Func<Sample, double?> value) => Ratios(cores, row, Peer.Sidecar, value);

    /// <summary>Against nginx in the same round.</summary>
    private List<double> Ratios(int cores, Row row, Peer peer, Func<Sample, double?> value)
    {
        var nginx = Good(cores, row, Peer.Nginx).ToDictionary(sample => sample.Round, value);
        return [.. Good(cores, row, peer).Select(sample => nginx.GetValueOrDefault(sample.Round) is > 0 and var other ? value(sample) / other : null).OfType<double>()];
    }

    private static string Quantiles(List<Sample> good, Func<Sample, Quantiles?> of) => QuantilesOf(good, of) is [{ } p50, { } p99, { } p999] ? FormattableString.Invariant($"{p50:0.00} / {p99:0.00} / {p999:0.00}") : "n/a";

    private static double?[] QuantilesOf(List<Sample> good, Func<Sample, Quantiles?> of) => [Of(good, sample => of(sample)?.P50), Of(good, sample => of(sample)?.P99), Of(good, sample => of(sample)?.P999)];

    private static double? Of(List<Sample> good, Func<Sample, double?> value) => good.Select(value).OfType<double>().ToList() is { Count: > 0 } values ? Math.Round(Median(values), 3) : null;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string Verdict(double value, double most) => Math.Round(value, 2) <= most ? "met" : "missed";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells)
            text.Append("| ").Append(cell).Append(' ');
        text.Append("|\n");
    }
}
