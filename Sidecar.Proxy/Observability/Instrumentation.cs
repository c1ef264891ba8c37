using System.Diagnostics.Metrics;

namespace Sidecar.Proxy.Observability;

/// <summary>What spans, metrics and log records have in common.</summary>
internal static class Instrumentation
{
    /// <summary>The name of the activity source and the meter.</summary>
    public const string Name = "Sidecar.Proxy";

    /// <summary>What a method outside of RFC 9110 and RFC 5789 is called, so that clients cannot invent metric series.</summary>
    public const string OtherMethod = "_OTHER";

    private static readonly string[] StatusTexts = [.. Enumerable.Range(0, 600).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    private static readonly object[] BoxedStatuses = [.. Enumerable.Range(0, 600).Select(code => (object)code)];

    private static readonly string[] KnownMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", OtherMethod];

    /// <summary>What <see cref="KnownMethod"/> answers.</summary>
    public static ReadOnlySpan<string> Methods => KnownMethods;

    /// <summary>The method by its conventional name.</summary>
    /// <param name="method">The method as it was sent.</param>
    /// <returns>The same method, or <see cref="OtherMethod"/>.</returns>
    public static string KnownMethod(string method) => KnownMethods[MethodPlace(method)];

    /// <summary>Where a method is in <see cref="Methods"/>.</summary>
    /// <param name="method">The method as it was sent.</param>
    /// <returns>Its place, or that of <see cref="OtherMethod"/>.</returns>
    public static int MethodPlace(string method)
    {
        var place = Array.IndexOf(KnownMethods, method);
        return place >= 0 ? place : KnownMethods.Length - 1;
    }

    /// <summary>A status code as text, without an allocation.</summary>
    /// <returns>Its digits.</returns>
    public static string StatusText(int code) =>
        (uint)code < (uint)StatusTexts.Length ? StatusTexts[code] : code.ToString(CultureInfo.InvariantCulture);

    /// <summary>A status code as metrics tags want it, without an allocation.</summary>
    /// <returns>The same number.</returns>
    public static object BoxedStatus(int code) => (uint)code < (uint)BoxedStatuses.Length ? BoxedStatuses[code] : code;

    /// <summary>Counts one of a kind, for the route that it concerns, if there is one.</summary>
    public static void Count(this Counter<long> counter, string name, string kind, string? route)
    {
        var tag = new KeyValuePair<string, object?>(name, kind);
        if (route is null)
            counter.Add(1, tag);
        else
            counter.Add(1, tag, new("sidecar.route", route));
    }
}
