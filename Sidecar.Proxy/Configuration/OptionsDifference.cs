using System.Collections;
using System.Reflection;

namespace Sidecar.Proxy.Configuration;

/// <summary>What a reload changes. Runs on reload only, so it may use reflection.</summary>
/// <param name="Changed">The keys that have another value from now on.</param>
/// <param name="RestartOnly">The keys whose other value has to wait for the next start.</param>
public sealed record OptionsDifference(IReadOnlyList<string> Changed, IReadOnlyList<string> RestartOnly)
{
    private static readonly EqualityComparer<object?> Values = EqualityComparer<object?>.Create(IsSame);

    /// <summary>
    /// Makes a new configuration the old one's successor: a section that stays the same becomes the same object, so that what is built
    /// from it, open connections for instance, lives on; and what only a start can change is taken over.
    /// </summary>
    /// <param name="before">The configuration in force.</param>
    /// <param name="after">The new one, which nobody else has seen yet.</param>
    /// <returns>The difference.</returns>
    internal static OptionsDifference Adopt(SidecarOptions before, SidecarOptions after)
    {
        var (changed, restartOnly) = (new List<string>(), new List<string>());
        foreach (var property in OptionsType.Properties(typeof(SidecarOptions)))
        {
            var (old, @new) = (property.GetValue(before), property.GetValue(after));
            var fixedAtStart = property.IsDefined(typeof(RestartOnlyAttribute));
            var count = changed.Count;
            Compare(old, @new, $"{SidecarOptions.Section}:{property.Name}", fixedAtStart ? restartOnly : changed);
            if (fixedAtStart || count == changed.Count)
                property.SetValue(after, old);
            else if (old is IDictionary entries && @new is IDictionary others)
                Keep(entries, others);
        }

        return new(changed, restartOnly);
    }

    /// <summary>An entry that stays the same becomes the same object.</summary>
    private static void Keep(IDictionary before, IDictionary after)
    {
        foreach (var key in before.Keys.Cast<object>().Where(after.Contains))
        {
            if (IsSame(before[key], after[key]))
                after[key] = before[key];
        }
    }

    private static void Compare(object? before, object? after, string path, List<string> keys)
    {
        if (before is not null && after is not null && IsSection(before))
        {
            foreach (var property in OptionsType.Properties(before.GetType()))
                Compare(property.GetValue(before), property.GetValue(after), $"{path}:{property.Name}", keys);
        }
        else if (!IsSame(before, after))
        {
            keys.Add(path);
        }
    }

    /// <summary>Compares values, lists included, which records compare by reference.</summary>
    /// <returns>Whether they are the same.</returns>
    internal static bool IsSame(object? one, object? other) => (one, other) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (string, _) => one.Equals(other),
        (IDictionary entries, IDictionary others) => entries.Count == others.Count && entries.Keys.Cast<object>().All(key => others.Contains(key) && IsSame(entries[key], others[key])),
        (IEnumerable items, IEnumerable others) => items.Cast<object?>().SequenceEqual(others.Cast<object?>(), Values),
        _ when IsSection(one) => OptionsType.Properties(one.GetType()).All(property => IsSame(property.GetValue(one), property.GetValue(other))),
        _ => one.Equals(other),
    };

    private static bool IsSection(object value) => value is not (string or IEnumerable) && value.GetType() is { IsClass: true } type && type.Assembly == typeof(SidecarOptions).Assembly;
}

/// <summary>Marks what is used at the start only: a reload leaves it as it is, and says so.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RestartOnlyAttribute : Attribute;
