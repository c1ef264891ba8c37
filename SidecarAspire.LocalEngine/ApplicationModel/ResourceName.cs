namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource may be called; the words of the errors are Aspire's.</summary>
internal static class ResourceName
{
    private const int MaximumLength = 64;

    public static void Validate(string name, string kind = "Resource")
    {
        if (Problem(name) is { } problem)
        {
            throw new DistributedApplicationException($"{kind} name '{name}' is invalid. {problem}");
        }
    }

    private static string? Problem(string name) => name switch
    {
        null or "" or { Length: > MaximumLength } => $"Name must be between 1 and {MaximumLength} characters long.",
        _ when name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-') => "Name must contain only ASCII letters, digits, and hyphens.",
        _ when !char.IsAsciiLetter(name[0]) => "Name must start with an ASCII letter.",
        _ when name.EndsWith('-') => "Name cannot end with a hyphen.",
        _ when name.Contains("--", StringComparison.Ordinal) => "Name cannot contain consecutive hyphens.",
        _ => null,
    };
}
