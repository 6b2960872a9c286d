// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

/// Code for the pool's proxy that says it is of some revision, and does what the pool's own code does.
contract DevPoolRelease {
    address private immutable code;
    uint256 public immutable POOL_REVISION;

    constructor(address code_, uint256 revision) {
        code = code_;
        POOL_REVISION = revision;
    }

    /// What the provider calls with an upgrade; there is nothing to begin.
    function initialize(address) external {}

    fallback() external {
        address to = code;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), to, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch ok
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }
}
