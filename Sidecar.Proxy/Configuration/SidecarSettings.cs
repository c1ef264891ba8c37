using System.Collections;
using System.Reflection;

namespace Sidecar.Proxy.Configuration;

/// <summary>The configuration in force. A request takes <see cref="Current"/> once and keeps it to its end.</summary>
/// <param name="options">The configuration the sidecar starts with.</param>
public sealed class SidecarSettings(SidecarOptions options)
{
    private volatile SidecarOptions _current = options;

    /// <summary>The snapshot in force.</summary>
    public SidecarOptions Current => _current;

    /// <summary>Puts another configuration in force, except for what only a start can change.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="unchangeable">The keys that would have changed and could not.</param>
    public void Replace(SidecarOptions options, out IReadOnlyList<string> unchangeable)
    {
        ArgumentNullException.ThrowIfNull(options);

        var old = _current;
        var kept = new List<string>();
        // A section that stays the same stays the same object: what is built from it, such as open connections, lives on.
        _current = options with
        {
            ServiceName = Keep(nameof(SidecarOptions.ServiceName), old.ServiceName, options.ServiceName),
            ReloadInterval = Keep(nameof(SidecarOptions.ReloadInterval), old.ReloadInterval, options.ReloadInterval),
            Listener = Keep(nameof(SidecarOptions.Listener), old.Listener, options.Listener),
            Admin = Keep(nameof(SidecarOptions.Admin), old.Admin, options.Admin),
            Limits = Keep(nameof(SidecarOptions.Limits), old.Limits, options.Limits),
            Metrics = Keep(nameof(SidecarOptions.Metrics), old.Metrics, options.Metrics),
            Upstream = Same(old.Upstream, options.Upstream) ? old.Upstream : options.Upstream,
            Headers = Same(old.Headers, options.Headers) ? old.Headers : options.Headers,
        };
        unchangeable = kept;

        T Keep<T>(string name, T before, T after)
        {
            if (!Same(before, after))
                kept.Add($"{SidecarOptions.Section}:{name}");
            return before;
        }
    }

    /// <summary>Compares values, lists included, which records compare by reference.</summary>
    private static bool Same(object? one, object? other)
    {
        if (Equals(one, other))
            return true;
        if (one is null || other is null)
            return false;
        if (one is not string && one is IEnumerable list && other is IEnumerable otherList)
            return list.Cast<object?>().Zip(otherList.Cast<object?>(), Same).All(same => same) && list.Cast<object?>().Count() == otherList.Cast<object?>().Count();
        return one.GetType().Namespace == typeof(SidecarSettings).Namespace && !one.GetType().IsEnum
            && one.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).All(property => Same(property.GetValue(one), property.GetValue(other)));
    }
}
