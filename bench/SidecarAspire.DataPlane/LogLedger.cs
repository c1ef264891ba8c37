using System.Globalization;
using System.Text.Json;
using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>Counts the records of the access log by request id.</summary>
internal sealed class LogLedger(int requests)
{
    /// <summary>What the ids of counted requests start with; a number follows, from 1.</summary>
    public const string Prefix = "soak-";

    private readonly int[] _records = new int[requests + 1];
    private int _unreadable;

    public void Add(string line)
    {
        if (!line.StartsWith('{'))
            return;
        try
        {
            using var record = JsonDocument.Parse(line);
            if (record.RootElement.TryGetProperty("sidecar.request_id", out var id) && id.GetString() is { } text && text.StartsWith(Prefix, StringComparison.Ordinal))
                _records[int.Parse(text.AsSpan(Prefix.Length), CultureInfo.InvariantCulture)]++;
        }
        catch (JsonException)
        {
            _unreadable++;
        }
    }

    public void Report(FigureTable figures)
    {
        figures.Add("requests missing from the access log", _records.Skip(1).Count(count => count == 0), 0);
        figures.Add("requests more than once in the access log", _records.Count(count => count > 1), 0);
        figures.Add("records that are not JSON", _unreadable, 0);
    }
}
