using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Regular expressions of the configuration, which all of a text must fit, as with RE2's full match in Envoy.</summary>
internal static class Pattern
{
    private const int MaxLength = 1000;

    // Without backtracking no text of a client's can make a match take long, so there is no time limit to set.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Compiles an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="ignoreCase">Whether the case of letters does not matter.</param>
    /// <param name="pattern">The result.</param>
    /// <returns>Whether it is one, and one that can be matched in linear time.</returns>
    public static bool TryCompile(string text, bool ignoreCase, [NotNullWhen(true)] out Regex? pattern)
    {
        pattern = null;
        if (text.Length > MaxLength)
            return false;
        try
        {
            // Alone first, so that no bracket of its own can reach what is put around it.
            _ = new Regex(text, Options);
            pattern = new Regex($@"\A(?:{text})\z", ignoreCase ? Options | RegexOptions.IgnoreCase : Options);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Compiles an expression that validation has seen.</summary>
    /// <param name="text">The expression, or null.</param>
    /// <param name="ignoreCase">Whether the case of letters does not matter.</param>
    /// <returns>The result, or null.</returns>
    public static Regex? Compile(string? text, bool ignoreCase = false) =>
        text is not null && TryCompile(text, ignoreCase, out var pattern) ? pattern : null;
}

/// <summary>Allows regular expressions whose time grows with the text alone, whatever a client sends.</summary>
public sealed class PatternAttribute()
    : TextCheckAttribute("a regular expression of at most 1000 characters, without back-references and look-arounds", static text => Pattern.TryCompile(text, false, out _));
