using System.Globalization;

namespace SidecarAspire.Startup;

/// <summary>Prints each figure beside its limit and remembers whether all are met.</summary>
internal sealed class FigureTable(TextWriter output)
{
    public bool AllMet { get; private set; } = true;

    /// <summary>The worst of the times counts.</summary>
    public void Add(string name, IReadOnlyCollection<TimeSpan> times, TimeSpan limit)
    {
        var all = string.Join(", ", times.Select(Seconds));
        Print(name, Seconds(times.Max()) + " s", $"{limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s", times.Max() <= limit, times.Count > 1 ? $"  ({all})" : string.Empty);
    }

    /// <summary>How much longer one takes than the other, by their medians.</summary>
    public void AddMore(string name, IReadOnlyCollection<TimeSpan> times, IReadOnlyCollection<TimeSpan> others, TimeSpan limit)
    {
        var more = Median(times) - Median(others);
        Print(name, Seconds(more) + " s", $"{limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s", more <= limit, $"  ({Seconds(Median(times))} and {Seconds(Median(others))})");
    }

    public void Add(string name, int measured, int limit) =>
        Print(name, measured.ToString(CultureInfo.InvariantCulture), limit.ToString(CultureInfo.InvariantCulture), measured <= limit, string.Empty);

    /// <summary>The limit itself is not met: less is asked for.</summary>
    public void AddBelow(string name, double measured, double limit, string unit) =>
        Print(name, $"{measured.ToString("0.00", CultureInfo.InvariantCulture)} {unit}", $"{limit.ToString(CultureInfo.InvariantCulture)} {unit}", measured < limit, string.Empty);

    private void Print(string name, string measured, string limit, bool met, string remark)
    {
        AllMet &= met;
        output.WriteLine($"{name,-48} {measured,8} / {limit,-5} {(met ? "ok" : "MISSED")}{remark}");
    }

    private static TimeSpan Median(IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
}
