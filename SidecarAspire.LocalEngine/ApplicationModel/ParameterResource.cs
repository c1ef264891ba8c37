namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that whoever runs or deploys the application supplies.</summary>
/// <param name="name">The name.</param>
/// <param name="callback">Gets the value; its argument is the default, if there is one.</param>
/// <param name="secret">Whether the value must never be shown.</param>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : Resource(name), IExpressionValue
{
    private readonly Lock _lock = new();
    private string? _value;

    /// <summary>Whether the value must never be shown.</summary>
    public bool Secret { get; } = secret;

    /// <summary>What it is when nobody says.</summary>
    public ParameterDefault? Default { get; set; }

    /// <summary>What it is for.</summary>
    public string? Description { get; set; }

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc />
    /// <exception cref="DistributedApplicationException">Nobody has supplied a value.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<string?>(_value ??= callback(Default));
        }
    }
}
