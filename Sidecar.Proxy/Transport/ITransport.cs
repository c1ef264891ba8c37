using Microsoft.AspNetCore.Connections;

namespace Sidecar.Proxy.Transport;

/// <summary>Carries bytes from clients and to targets. Each of its connections has <see cref="ITransportFeature"/>.</summary>
internal interface ITransport : IConnectionListenerFactory, IConnectionFactory;
