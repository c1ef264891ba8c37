using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sidecar.Proxy.Observability.Tracing;

/// <summary>W3C Trace Context, Level 2, as it comes in.</summary>
internal static partial class TraceContext
{
    /// <summary>Says that a trace's id was made at random, so that whoever samples can go by it. It stays what it was for as long as the trace goes on.</summary>
    public const ActivityTraceFlags Random = (ActivityTraceFlags)2;

    private const int Length = 55;

    private const int MaxMembers = 32;

    /// <summary>Reads both headers.</summary>
    /// <param name="parent">The traceparent header; of a version not known yet, what it has in common with this one.</param>
    /// <param name="state">The tracestate header; left out as a whole when it is malformed.</param>
    /// <param name="context">The caller's span.</param>
    /// <returns>Whether they name one.</returns>
    public static bool TryParse(string? parent, string? state, out ActivityContext context)
    {
        context = default;
        // .NET looks at the fields, but neither at the dashes nor at what a later version has behind one.
        if (parent is not { Length: >= Length } || (parent[2], parent[35], parent[52]) != ('-', '-', '-'))
            return false;
        if (parent.Length > Length && parent[Length] == '-' && !parent.StartsWith("00", StringComparison.Ordinal))
            parent = parent[..Length];
        if (!ActivityContext.TryParse(parent, traceState: null, isRemote: true, out context))
            return false;
        // Other flags mean nothing yet, and must not be passed on.
        context = new(context.TraceId, context.SpanId, context.TraceFlags & (ActivityTraceFlags.Recorded | Random), State(state), isRemote: true);
        return true;
    }

    private static string? State(string? state)
    {
        if (string.IsNullOrEmpty(state))
            return null;
        // Empty members are allowed, and left out.
        var members = state.Split(',').Select(static member => member.Trim(' ', '\t')).Where(static member => member.Length > 0).ToList();
        return members.Count is > 0 and <= MaxMembers && members.TrueForAll(static member => Member().IsMatch(member)) ? string.Join(',', members) : null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_*/@-]{0,255}=[\x20-\x2B\x2D-\x3C\x3E-\x7E]{0,255}[\x21-\x2B\x2D-\x3C\x3E-\x7E]\z")]
    private static partial Regex Member();
}
