namespace Sidecar.Proxy.Configuration;

/// <summary>Checks a text, or each text of a list; what is not given is allowed.</summary>
/// <param name="allowed">What is allowed, as it stands in the message.</param>
/// <param name="isAllowed">The check.</param>
[AttributeUsage(AttributeTargets.Property)]
public abstract class TextCheckAttribute(string allowed, Func<string, bool> isAllowed) : ValidationAttribute(allowed)
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value switch
    {
        null => true,
        string text => isAllowed(text),
        IEnumerable<string> texts => texts.All(isAllowed),
        _ => false,
    };
}
