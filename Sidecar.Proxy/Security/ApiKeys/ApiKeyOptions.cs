using System.ComponentModel.DataAnnotations;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Security.ApiKeys;

/// <summary>Keys that clients send in a header. Of each only the hash is kept.</summary>
public sealed record ApiKeyOptions : IValidatableObject
{
    /// <summary>The header keys are in. Default: <c>X-Api-Key</c>.</summary>
    public string Header { get; init; } = "X-Api-Key";

    /// <summary>Whether the application receives the key, too. Default: no.</summary>
    public bool Forward { get; init; }

    /// <summary>The keys. Default: those of <see cref="File"/>.</summary>
    public IReadOnlyList<ApiKeyEntryOptions> Entries { get; init; } = [];

    /// <summary>A file with more of them, one a line: <c>name:sha256 in hex</c>; <c>#</c> begins a comment. Looked at every second. Default: none.</summary>
    [ExistingFile]
    public string? File { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!HttpGrammar.IsToken(Header))
            yield return new("the name of a header", [nameof(Header)]);
        if (Entries.Count == 0 && File is null)
            yield return new("at least one entry with Name and Hash, unless File is given", [nameof(Entries)]);
        if (File is not null && Problem(File) is { } problem)
            yield return new($"a file with name:hash on each line ({problem})", [nameof(File)]);
    }

    private static string? Problem(string file)
    {
        try
        {
            ApiKeyFile.Read(file);
            return null;
        }
        catch (Exception exception)
        {
            return exception.Message.ReplaceLineEndings(" ");
        }
    }
}

/// <summary>One key.</summary>
public sealed record ApiKeyEntryOptions
{
    /// <summary>Whose key it is, in <c>Access</c> and in logs.</summary>
    [Required(ErrorMessage = "a name of at least one character")]
    public string Name { get; init; } = "";

    /// <summary>The key's SHA-256, as 64 hexadecimal digits. The key itself must be long and random, for there is no salt: 32 random bytes, not a password.</summary>
    [Secret]
    [Required(ErrorMessage = "the SHA-256 of the key, as 64 hexadecimal digits")]
    [RegularExpression("[0-9a-fA-F]{64}", ErrorMessage = "the SHA-256 of the key, as 64 hexadecimal digits")]
    public string Hash { get; init; } = "";
}
