namespace Aspire.Hosting.ApplicationModel;

/// <summary>One resource's view of another's endpoint; the endpoint may be added later.</summary>
/// <param name="owner">The resource whose endpoint it is.</param>
/// <param name="endpointName">The endpoint's name.</param>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IExpressionValue, IValueWithReferences
{
    /// <summary>Refers to an endpoint that exists.</summary>
    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint) : this(owner, endpoint.Name)
    {
    }

    /// <summary>The resource whose endpoint it is.</summary>
    public IResourceWithEndpoints Resource { get; } = owner;

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; } = endpointName;

    /// <summary>Whether the resource has the endpoint.</summary>
    public bool Exists => Find() is not null;

    /// <summary>The endpoint.</summary>
    /// <exception cref="DistributedApplicationException">The resource has none of that name.</exception>
    public EndpointAnnotation EndpointAnnotation => Find() ?? throw new DistributedApplicationException(MissingMessage);

    /// <summary>Whether the endpoint has an address already.</summary>
    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    /// <summary>Whether the scheme is http.</summary>
    public bool IsHttp => Scheme == "http";

    /// <summary>Whether the scheme is https.</summary>
    public bool IsHttps => Scheme == "https";

    /// <summary>The URL scheme.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    /// <summary>The host; only while the application runs.</summary>
    public string Host => Allocated.Address;

    /// <summary>The port that others dial; only while the application runs.</summary>
    public int Port => Allocated.Port;

    /// <summary>The port at which the resource itself listens, when AppHost.cs says one.</summary>
    public int? TargetPort => EndpointAnnotation.TargetPort;

    /// <summary>Scheme, host and port; only while the application runs.</summary>
    public string Url => Allocated.UriString;

    string IManifestExpressionProvider.ValueExpression => ExpressionFor(EndpointProperty.Url);

    IEnumerable<object> IValueWithReferences.References => [Resource];

    internal string MissingMessage
    {
        get
        {
            var names = string.Join(", ", Resource.Annotations.OfType<EndpointAnnotation>().Select(e => $"'{e.Name}'"));
            return $"Resource '{Resource.Name}' has no endpoint '{EndpointName}'; it has {(names.Length == 0 ? "none" : names)}.";
        }
    }

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of resource '{Resource.Name}' has no address yet.");

    /// <summary>A part of the endpoint's address.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <summary>The endpoint's URL, once it is known.</summary>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    internal string ExpressionFor(EndpointProperty property)
    {
        var part = property switch
        {
            EndpointProperty.IPV4Host => "host",
            EndpointProperty.HostAndPort => null,
            _ => char.ToLowerInvariant(property.ToString()[0]) + property.ToString()[1..],
        };
        return part is null
            ? $"{{{Resource.Name}.bindings.{EndpointName}.host}}:{{{Resource.Name}.bindings.{EndpointName}.port}}"
            : $"{{{Resource.Name}.bindings.{EndpointName}.{part}}}";
    }

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
