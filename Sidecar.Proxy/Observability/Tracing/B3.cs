using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Sidecar.Proxy.Observability.Tracing;

/// <summary>
/// Zipkin's B3 headers. Inside the sidecar they are always the single form, <c>trace-span-sampled</c>, or <c>0</c> for a request that
/// must not be traced.
/// </summary>
public static class B3
{
    /// <summary>The single header.</summary>
    public const string Name = "b3";

    private const string Prefix = "X-B3-";

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Says that a request must not be traced, without an id.</summary>
    public const string Deny = "0";

    /// <summary>Whether a header belongs to B3.</summary>
    /// <returns>Whether it is B3's, in either form.</returns>
    public static bool Owns(string name) => name.Equals(Name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes B3 from a request's headers; both forms are accepted, the single one first.</summary>
    /// <returns>The single form, or null.</returns>
    public static string? Read(IHeaderDictionary headers)
    {
        if (One(headers[Name]) is { } single)
            return single;
        var sampled = One(headers["X-B3-Flags"]) == "1" ? "d" : One(headers["X-B3-Sampled"])?.ToLowerInvariant() switch
        {
            "1" or "true" => "1",
            "0" or "false" => Deny,
            _ => null,
        };
        if (One(headers["X-B3-TraceId"]) is { } trace && One(headers["X-B3-SpanId"]) is { } span)
            return sampled is null ? $"{trace}-{span}" : $"{trace}-{span}-{sampled}";
        return sampled == Deny ? Deny : null;
    }

    /// <summary>Reads the single form.</summary>
    /// <returns>Whether it names one.</returns>
    public static bool TryParse(string? value, out ActivityContext context)
    {
        context = default;
        var parts = (value ?? "").Split('-');
        if (parts.Length is < 2 or > 4 || parts[0].Length is not (16 or 32) || parts[1].Length != 16)
            return false;
        var (trace, span) = (parts[0].PadLeft(32, '0').ToLowerInvariant(), parts[1].ToLowerInvariant());
        if (!IsId(trace) || !IsId(span))
            return false;
        var isSampled = parts.Length > 2 && parts[2] is "1" or "d";
        context = new(ActivityTraceId.CreateFromString(trace), ActivitySpanId.CreateFromString(span), isSampled ? ActivityTraceFlags.Recorded : default, traceState: null, isRemote: true);
        return true;
    }

    /// <summary>Writes both forms, as chosen.</summary>
    /// <param name="request">The request.</param>
    /// <param name="trace">The context the application receives; default for none.</param>
    /// <param name="asOne">Whether to write the single header.</param>
    /// <param name="asSeveral">Whether to write the several ones.</param>
    /// <param name="state">What <paramref name="add"/> gets.</param>
    /// <param name="add">Takes each header.</param>
    /// <typeparam name="TState">What <paramref name="add"/> needs.</typeparam>
    public static void Write<TState>(RequestRecord request, ActivityContext trace, bool asOne, bool asSeveral, TState state, Action<TState, string, string> add)
    {
        if (trace == default)
        {
            if (request.B3 != Deny)
                return;
            if (asOne)
                add(state, Name, Deny);
            if (asSeveral)
                add(state, "X-B3-Sampled", Deny);
            return;
        }

        var (id, span) = (trace.TraceId.ToHexString(), trace.SpanId.ToHexString());
        var isDebug = request.B3 is { Length: > 34 } given && given.Split('-')[2] == "d";
        var sampled = isDebug ? "d" : (trace.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "1" : "0";
        if (asOne)
            add(state, Name, $"{id}-{span}-{sampled}");
        if (!asSeveral)
            return;
        add(state, "X-B3-TraceId", id);
        add(state, "X-B3-SpanId", span);
        add(state, isDebug ? "X-B3-Flags" : "X-B3-Sampled", isDebug ? "1" : sampled);
    }

    private static string? One(StringValues values) => values.Count == 1 && values[0] is { Length: > 0 } value ? value : null;

    private static bool IsId(string text) => !text.AsSpan().ContainsAnyExcept(Hex) && text.AsSpan().IndexOfAnyExcept('0') >= 0;
}
